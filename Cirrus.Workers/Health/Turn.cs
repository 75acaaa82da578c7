using System.Text.Json;
using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;

namespace Cirrus.Workers.Health;

/// <summary>The change that last turned a node's health, and what it turned it to.</summary>
internal sealed record Turn(ChangeId Change, NodeHealth Health)
{
    public static Turn Of(NodeStatus status) => new(status.Turn, status.Health);

    /// <summary>From a change of the type node-health.</summary>
    public static Turn From(Change change)
    {
        using var json = JsonDocument.Parse(change.Data);
        return new Turn(change.Id, NodeStatus.HealthOf(json.RootElement.GetProperty("health").GetString()));
    }

    /// <summary>The newer of the two.</summary>
    public Turn Or(Turn other) => other.Change > Change ? other : this;
}
