using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Cirrus.Api.OpenApi;

/// <summary>Documents by what a caller proves who it is, and which role an operation needs.</summary>
internal sealed class Callers : IOpenApiDocumentTransformer, IOpenApiOperationTransformer
{
    private const string Bearer = "bearer";
    private const string Session = "session";

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A service token, or the master token.",
            },
            [Session] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = "cirrus_session",
                Description = "The session of a user, from POST /api/v1/auth/login. Unsafe methods need a same-origin request.",
            },
        };
        document.Security = [Any(Bearer, document), Any(Session, document)];
        return Task.CompletedTask;
    }

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var facts = new OperationFacts(context.Description);
        var who = facts switch
        {
            { IsAnonymous: true } => "For everybody.",
            { Policy.MasterOnly: true } => "For the master token only.",
            { Policy: { } policy } => $"For the role {policy.Role.ToString().ToLowerInvariant()} and above.",
            _ => throw new InvalidOperationException($"{operation.OperationId} does not say for whom it is."),
        };
        operation.Description = string.Join("\n\n", new[] { operation.Description, who }.Where(p => !string.IsNullOrEmpty(p)));
        if (facts.IsAnonymous)
            operation.Security = [];
        else if (facts.Policy!.MasterOnly)
            operation.Security = [Any(Bearer, context.Document!)];
        return Task.CompletedTask;
    }

    private static OpenApiSecurityRequirement Any(string scheme, OpenApiDocument document) =>
        new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };
}
