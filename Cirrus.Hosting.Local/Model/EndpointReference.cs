using System.Globalization;
using System.Net;

namespace Aspire.Hosting.ApplicationModel;

public enum EndpointProperty
{
    Url,
    Host,
    IPV4Host,
    Port,
    Scheme,
    TargetPort,
    HostAndPort,
    TlsEnabled,
}

/// <summary>A resource's endpoint, usable as a value before its address is known.</summary>
public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName) : IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    public IResourceWithEndpoints Resource => owner;

    public string EndpointName => endpointName;

    public EndpointAnnotation EndpointAnnotation =>
        Find() ?? throw new InvalidOperationException($"The endpoint `{endpointName}` is not defined for the resource `{owner.Name}`.");

    public bool Exists => Find() is not null;

    public bool IsAllocated => Find()?.AllocatedPort is not null;

    public string Scheme => EndpointAnnotation.UriScheme;

    public bool TlsEnabled => Exists && EndpointAnnotation.TlsEnabled;

    public int? TargetPort => EndpointAnnotation.TargetPort;

    public int Port => EndpointAnnotation.AllocatedPort
        ?? throw new InvalidOperationException($"The endpoint `{endpointName}` is not allocated for the resource `{owner.Name}`.");

    /// <summary>A name or address that clients can connect to: a wildcard address is reached as <c>localhost</c>.</summary>
    public string Host => IPAddress.TryParse(EndpointAnnotation.TargetHost, out var address) && !IPAddress.Any.Equals(address) && !IPAddress.IPv6Any.Equals(address)
        ? EndpointAnnotation.TargetHost
        : "localhost";

    public string Url => $"{Scheme}://{Host}:{Port}";

    string IManifestExpressionProvider.ValueExpression => Property(EndpointProperty.Url).ValueExpression;

    IEnumerable<object> IValueWithReferences.References => [owner];

    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        Property(EndpointProperty.Url).GetValueAsync(cancellationToken);

    /// <summary>An expression that depends on whether the endpoint speaks TLS.</summary>
    public ReferenceExpression GetTlsValue(ReferenceExpression enabledValue, ReferenceExpression disabledValue) =>
        ReferenceExpression.CreateConditional(Property(EndpointProperty.TlsEnabled), bool.TrueString, enabledValue, disabledValue);

    private EndpointAnnotation? Find() => owner.Annotations.OfType<EndpointAnnotation>()
        .SingleOrDefault(endpoint => string.Equals(endpoint.Name, endpointName, StringComparison.OrdinalIgnoreCase));
}

/// <summary>One property of an endpoint, such as its port.</summary>
public class EndpointReferenceExpression(EndpointReference endpointReference, EndpointProperty property)
    : IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    public EndpointReference Endpoint => endpointReference;

    public EndpointProperty Property => property;

    public string ValueExpression => property switch
    {
        EndpointProperty.Host or EndpointProperty.IPV4Host => Binding("host"),
        EndpointProperty.HostAndPort => $"{Binding("host")}:{Binding("port")}",
        EndpointProperty.TargetPort => Binding("targetPort"),
        EndpointProperty.TlsEnabled => Binding("tlsEnabled"),
        _ => Binding(property.ToString().ToLowerInvariant()),
    };

    IEnumerable<object> IValueWithReferences.References => [endpointReference];

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<string?>(property switch
    {
        EndpointProperty.Scheme => endpointReference.Scheme,
        EndpointProperty.TlsEnabled => endpointReference.TlsEnabled ? bool.TrueString : bool.FalseString,
        EndpointProperty.Host => endpointReference.Host,
        // Aspire answers the loopback address here whatever the target host is.
        EndpointProperty.IPV4Host => "127.0.0.1",
        EndpointProperty.Port or EndpointProperty.TargetPort => endpointReference.Port.ToString(CultureInfo.InvariantCulture),
        EndpointProperty.HostAndPort => string.Create(CultureInfo.InvariantCulture, $"{endpointReference.Host}:{endpointReference.Port}"),
        _ => endpointReference.Url,
    });

    private string Binding(string name) => $"{{{endpointReference.Resource.Name}.bindings.{endpointReference.EndpointName}.{name}}}";
}
