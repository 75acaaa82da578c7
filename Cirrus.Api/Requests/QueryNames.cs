using Cirrus.Api.Problems;
using Microsoft.AspNetCore.Http.Metadata;

namespace Cirrus.Api.Requests;

/// <summary>
/// The query parameters a route takes. A misspelt filter that is silently ignored shows everything, and a misspelt option does something else
/// than was meant, so any other parameter is refused. Found from the handler's own parameters; a handler that reads the query by itself
/// adds this as metadata.
/// </summary>
internal sealed class QueryNames(params IEnumerable<string> names)
{
    private readonly HashSet<string> _names = new(names, StringComparer.OrdinalIgnoreCase);

    public bool Has(string name) => _names.Contains(name);

    public static QueryNames Of(EndpointBuilder route)
    {
        var inPath = (route as RouteEndpointBuilder)?.RoutePattern.Parameters.Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase) ?? [];
        return new QueryNames(
            from parameter in route.Metadata.OfType<IParameterBindingMetadata>()
            let attributes = parameter.ParameterInfo.GetCustomAttributes(true)
            let query = attributes.OfType<IFromQueryMetadata>().FirstOrDefault()
            where query is not null || (IsText(parameter) && !inPath.Contains(parameter.Name) && !attributes.Any(IsOtherSource))
            select query?.Name ?? parameter.Name);
    }

    // As minimal APIs infer it: what can be read from a text, or several of them, and is said to be nothing else.
    private static bool IsText(IParameterBindingMetadata parameter) =>
        parameter.HasTryParse || parameter.ParameterInfo.ParameterType is var type && (type == typeof(string) || type == typeof(string[]));

    private static bool IsOtherSource(object attribute) =>
        attribute is IFromRouteMetadata or IFromHeaderMetadata or IFromBodyMetadata or IFromFormMetadata or IFromServiceMetadata;
}

internal static class QueryNamesExtensions
{
    /// <summary>Lets no unknown query parameter pass, on any route of the group.</summary>
    public static RouteGroupBuilder EveryQueryIsKnown(this RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Finally(route => route.Metadata.Add(QueryNames.Of(route)));
        return group;
    }

    /// <summary>Comes after authorization, so that it tells strangers nothing.</summary>
    public static void UseKnownQuery(this WebApplication app) => app.Use((context, next) =>
    {
        if (!context.Request.QueryString.HasValue || context.GetEndpoint()?.Metadata.GetOrderedMetadata<QueryNames>() is not { Count: > 0 } known)
            return next(context);
        var unknown = context.Request.Query.Keys.Where(name => !known.Any(k => k.Has(name))).ToList();
        return unknown.Count == 0
            ? next(context)
            : ProblemsExtensions.Invalid(unknown.ToDictionary(name => name, _ => (string[])["There is no such parameter here."])).ExecuteAsync(context);
    });
}
