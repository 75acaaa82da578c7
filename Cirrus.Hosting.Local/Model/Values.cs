namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value known only when the application runs: a port, a password, a connection string.</summary>
public interface IValueProvider
{
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);
}

/// <summary>The same value as a placeholder in the manifest, such as <c>{redis.bindings.tcp.port}</c>.</summary>
public interface IManifestExpressionProvider
{
    string ValueExpression { get; }
}

/// <summary>A value made of others, which the manifest must then contain too.</summary>
public interface IValueWithReferences
{
    IEnumerable<object> References { get; }
}

/// <summary>A resource that others reach by a connection string (<c>ConnectionStrings__name</c> and <c>NAME_HOST</c>, …).</summary>
public interface IResourceWithConnectionString : IResource, IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    ReferenceExpression ConnectionStringExpression { get; }

    string? ConnectionStringEnvironmentVariable => null;

    string IManifestExpressionProvider.ValueExpression => $"{{{Name}.connectionString}}";

    IEnumerable<object> IValueWithReferences.References => [ConnectionStringExpression];

    ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) =>
        ConnectionStringExpression.GetValueAsync(cancellationToken);

    ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken) => GetConnectionStringAsync(cancellationToken);

    /// <summary>The parts of the connection, each given to a referencing resource as <c>NAME_{KEY}</c>.</summary>
    IEnumerable<KeyValuePair<string, ReferenceExpression>> GetConnectionProperties() => [];
}

/// <summary>A connection string as the value of an environment variable.</summary>
internal sealed class ConnectionStringReference(IResourceWithConnectionString resource)
    : IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    public string ValueExpression => resource.ValueExpression;

    public IEnumerable<object> References => [resource];

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => resource.GetConnectionStringAsync(cancellationToken);
}
