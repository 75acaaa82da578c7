using Cirrus.Api.Requests;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Cirrus.Api.OpenApi;

/// <summary>The OpenAPI 3.1 document at <c>/openapi/v1.json</c> and, for people, the page at <c>/docs</c>.</summary>
internal static class ApiDocument
{
    public static void AddApiDocument(this WebApplicationBuilder builder) => builder.Services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Cirrus",
                Version = "v1",
                Description = $"""
                    The control API of Cirrus, a self-hosted programmable CDN.

                    Every accepted write answers with the header {ChangeHeader.Name}; who has applied it, and when, is told by the operation getChange.
                    Every error is `application/problem+json` (RFC 9457) with a stable `type`.
                    Every answer carries {RequestIdHeader.Name}, by which the audit trail knows the request.
                    """,
                License = new OpenApiLicense { Name = "Apache License 2.0", Identifier = "Apache-2.0" },
            };
            document.Servers = [.. (document.Servers ?? []).Select(s => new OpenApiServer { Url = s.Url?.TrimEnd('/') })];
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer<Schemas>();
        options.AddOperationTransformer<ProblemResponses>();
        options.AddOperationTransformer<MergePatches>();
        options.AddOperationTransformer<Lines>();
        options.AddOperationTransformer<BodyExamples>();
        options.AddOperationTransformer<HeaderFields>();
        options.AddOperationTransformer<Callers>();
        options.AddDocumentTransformer<Callers>();
        options.AddDocumentTransformer<Tags>();
        options.AddDocumentTransformer<MergePatches>();
        options.AddDocumentTransformer((document, _, _) =>
        {
            // Every problem has the one schema that ProblemResponses describes.
            document.Components!.Schemas!.Remove("HttpValidationProblemDetails");
            document.Components.Schemas.Remove("ProblemDetails");
            return Task.CompletedTask;
        });
    });

    public static void MapApiDocument(this WebApplication app)
    {
        app.MapOpenApi().AllowAnonymous();
        // Nothing of the page comes from elsewhere: a control plane may have no way to the Internet.
        app.MapScalarApiReference("/docs", scalar => scalar
            .WithTitle("Cirrus API")
            .WithOpenApiRoutePattern("/openapi/{documentName}.json")
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()
            .HideDeveloperTools()
            .ExpandAllTags()).AllowAnonymous();
        // Who opens the API's address in a browser looks for something to read.
        app.MapGet("/", () => TypedResults.Redirect("docs/")).AllowAnonymous().ExcludeFromDescription();
    }
}
