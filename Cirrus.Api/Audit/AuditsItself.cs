namespace Cirrus.Api.Audit;

/// <summary>Metadata of a route that notes its refused attempts in the audit trail by itself, so that they are not noted twice.</summary>
internal sealed class AuditsItself;
