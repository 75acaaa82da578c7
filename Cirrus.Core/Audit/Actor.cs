using Cirrus.Core.Idempotency;

namespace Cirrus.Core.Audit;

/// <summary>Who asks for a write, and in which request: goes to the audit trail and, as trace, to the change log.</summary>
/// <param name="Name"><c>master</c>, <c>setup</c>, <c>user:{name}</c> or <c>token:{name}…{suffix}</c>; never a secret.</param>
/// <param name="RequestId">The id of the HTTP request, empty for the system itself.</param>
/// <param name="Trace">W3C traceparent, or empty.</param>
/// <param name="Address">The IP address the request came from, or empty.</param>
/// <param name="Claim">Of a request that is to be carried out once: nothing is written without it. Null for every other.</param>
public sealed record Actor(string Name, string RequestId = "", string Trace = "", string Address = "", AnswerClaim? Claim = null);
