namespace Cirrus.Api.Audit;

/// <summary>Metadata of a route that notes its refused attempts in the audit trail by itself, or attempts nothing, so that the
/// middleware has nothing to note.</summary>
internal sealed class AuditsItself;
