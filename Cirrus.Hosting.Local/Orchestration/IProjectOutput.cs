namespace Cirrus.Hosting.Local.Orchestration;

/// <summary>What the generated project classes know beyond Aspire's: the assembly that the AppHost's build has built.</summary>
public interface IProjectOutput
{
    /// <summary>Absolute path of the project's assembly.</summary>
    string AssemblyPath { get; }
}
