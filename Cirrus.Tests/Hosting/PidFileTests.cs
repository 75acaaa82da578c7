using Aspire.Hosting;
using Cirrus.Hosting.Local.Orchestration;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Hosting;

public sealed class PidFileTests
{
    [Fact]
    public void A_second_stack_in_a_folder_is_refused_with_the_process_of_the_first()
    {
        using var folder = new WorkFolder();
        using (PidFile.Take(folder.Path))
        {
            var refusal = Assert.Throws<DistributedApplicationException>(() => PidFile.Take(folder.Path));
            Assert.Contains($"process {Environment.ProcessId},", refusal.Message, StringComparison.Ordinal);
        }
        Assert.False(File.Exists(folder.At("apphost.pid")));
    }

    [Fact]
    public void What_a_killed_stack_left_behind_stops_nobody()
    {
        using var folder = new WorkFolder();
        File.WriteAllText(folder.At("apphost.pid"), "1\n");
        using var taken = PidFile.Take(folder.Path);
        Assert.Equal($"{Environment.ProcessId}\n", File.ReadAllText(folder.At("apphost.pid")));
    }
}
