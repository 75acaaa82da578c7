using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Workers.Acme;

/// <summary>A CA for the tests of a class, with three chains to choose from and a name it does not serve.</summary>
public sealed class OrdinaryCa : IAsyncLifetime
{
    internal const string Blocked = "blocked.example.org";

    internal AcmeStack Stack { get; private set; } = null!;

    public async Task InitializeAsync() => Stack = await AcmeStack.StartAsync(new PebbleOptions { AlternateRoots = 2, Blocked = [Blocked] });

    public async Task DisposeAsync() => await Stack.DisposeAsync();
}
