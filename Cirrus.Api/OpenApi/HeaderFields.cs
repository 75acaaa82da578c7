using Cirrus.Api.Requests;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Cirrus.Api.OpenApi;

/// <summary>Documents the header fields that requests may and answers do carry.</summary>
internal sealed class HeaderFields : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var facts = new OperationFacts(context.Description);
        operation.Parameters ??= [];
        if (facts.HasETag && facts.IsUnsafe)
            operation.Parameters.Add(Request("If-Match", "The ETag this write is based on; another revision stored: 412 (RFC 9110 section 13.1.1).", "\"3\""));
        if (facts.HasETag && !facts.IsUnsafe)
            operation.Parameters.Add(Request("If-None-Match", "The ETag that is known already: 304 when it still holds (RFC 9110 section 13.1.2).", "\"3\""));
        if (facts.TakesIdempotencyKey)
            operation.Parameters.Add(Request("Idempotency-Key", "A retry with the same key within 24 hours gets the first answer and does nothing again.", "0d1c2f5e"));

        foreach (var (status, answer) in operation.Responses ?? [])
        {
            if (answer is not OpenApiResponse response)
                continue;
            response.Headers ??= new Dictionary<string, IOpenApiHeader>();
            if (status is "200" or "201" or "202" or "204" && facts.MakesChange)
                response.Headers[ChangeHeader.Name] = Answer("The id of the change; its receipt is at /api/v1/changes/{id}. Absent when nothing had to be changed.");
            if (status is "200" or "201" or "202" or "304" && facts.HasETag)
                response.Headers["ETag"] = Answer("The revision shown, for If-Match and If-None-Match.");
            if (facts.TakesIdempotencyKey && status is ['2', ..])
                response.Headers["Idempotent-Replayed"] = Answer("true when this is the answer to an earlier request with the same Idempotency-Key.");
            if (status is ['2' or '3', ..])
            {
                response.Headers[RequestIdHeader.Name] = Answer(RequestIdHeader.Explanation);
                response.Headers["RateLimit-Policy"] = Answer("The quota: q requests in w seconds (draft-ietf-httpapi-ratelimit-headers).");
                response.Headers["RateLimit"] = Answer("What is left of it: r requests now, all after t seconds.");
            }
            if (status is "201" or "202")
                response.Headers["Location"] = Answer("Where it is.");
        }
        return Task.CompletedTask;
    }

    private static OpenApiParameter Request(string name, string description, string example) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        Example = example,
    };

    /// <summary>The header fields of a problem: those named, and what every answer carries.</summary>
    public static Dictionary<string, IOpenApiHeader> Answers(params (string Name, string Description)[] fields) =>
        fields.Append((RequestIdHeader.Name, RequestIdHeader.Explanation)).ToDictionary(f => f.Item1, f => (IOpenApiHeader)Answer(f.Item2));

    private static OpenApiHeader Answer(string description) => new()
    {
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };
}
