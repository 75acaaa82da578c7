using Cirrus.Api.Idempotency;
using Cirrus.Api.Identities;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Cirrus.Api.OpenApi;

/// <summary>One route as the OpenAPI document needs to know it.</summary>
internal sealed class OperationFacts(ApiDescription description)
{
    private readonly IList<object> _metadata = description.ActionDescriptor.EndpointMetadata;

    public RoutePolicy? Policy => _metadata.OfType<RoutePolicy>().LastOrDefault();
    public bool IsAnonymous => _metadata.OfType<IAllowAnonymous>().Any();
    public bool MakesChange => _metadata.OfType<RouteFacts>().Any(f => f.MakesChange);
    public bool HasETag => _metadata.OfType<RouteFacts>().Any(f => f.HasETag);
    public bool IsPost => HttpMethods.IsPost(description.HttpMethod ?? "");
    public bool TakesIdempotencyKey => IsPost && !_metadata.OfType<NoIdempotency>().Any();
    public bool IsUnsafe => IsPost || HttpMethods.IsPut(description.HttpMethod ?? "") || HttpMethods.IsPatch(description.HttpMethod ?? "")
        || HttpMethods.IsDelete(description.HttpMethod ?? "");

    public Type? PatchOf => _metadata.OfType<PatchFacts>().LastOrDefault()?.Request;
    public Type? LastLine => _metadata.OfType<LastLineFacts>().LastOrDefault()?.Line;

    // A body that is read as a stream is no parameter.
    private bool HasBody => description.ParameterDescriptions.Any(p => p.Source == BindingSource.Body) || description.SupportedRequestFormats.Count > 0;
    private bool HasPath => description.ParameterDescriptions.Any(p => p.Source == BindingSource.Path);

    /// <summary>Every problem the route may answer with, in order of status.</summary>
    public IEnumerable<ProblemType> Problems() => Candidates().Distinct().OrderBy(p => p.Status);

    private IEnumerable<ProblemType> Candidates() =>
    [
        .. _metadata.OfType<RouteFacts>().SelectMany(f => f.Problems),
        // Every route refuses query parameters it does not know.
        ProblemType.Invalid,
        .. If(!IsAnonymous, ProblemType.Unauthenticated, ProblemType.Forbidden),
        .. If(HasPath, ProblemType.NotFound),
        .. If(IsUnsafe && HasETag, ProblemType.PreconditionFailed, ProblemType.PreconditionRequired, ProblemType.Contended),
        .. If(HasBody, ProblemType.TooLarge, ProblemType.UnsupportedMediaType),
        .. If(TakesIdempotencyKey, ProblemType.IdempotencyInFlight, ProblemType.IdempotencyMismatch),
        ProblemType.TargetTooLong,
        ProblemType.TooManyRequests,
        ProblemType.HeadersTooLarge,
        ProblemType.Internal,
        ProblemType.StoreUnavailable,
    ];

    private static ProblemType[] If(bool condition, params ProblemType[] problems) => condition ? problems : [];
}
