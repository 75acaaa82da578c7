using System.Reflection;
using Cirrus.Core.Redis;

namespace Cirrus.Tests.Core;

/// <summary>The server-side scripts as a whole.</summary>
public sealed class ScriptTests
{
    [Fact]
    public void Every_script_is_run_by_someone()
    {
        var core = typeof(RedisKeys).Assembly;
        var run = from type in core.GetTypes()
                  from field in type.GetFields(BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Static)
                  where field.FieldType == typeof(Script)
                  from file in ((Script)field.GetValue(null)!).Files
                  select file;
        var embedded = core.GetManifestResourceNames().Where(n => n.EndsWith(".lua", StringComparison.Ordinal));

        Assert.Equal(embedded.Order(StringComparer.Ordinal), run.Distinct().Order(StringComparer.Ordinal));
    }
}
