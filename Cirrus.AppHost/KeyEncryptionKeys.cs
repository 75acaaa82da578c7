using System.Security.Cryptography;
using Aspire.Hosting.Publishing;

namespace Cirrus.AppHost;

/// <summary>The keys that the certificates' private keys are sealed with in Redis: 32 bytes in base64 each, comma-separated.</summary>
internal static class KeyEncryptionKeys
{
    private const string Variable = "CIRRUS_KEY_ENCRYPTION_KEYS";
    private const string Name = "key-encryption-keys";

    /// <summary>In development one is made at the first start. Where the variable is set it counts; set but empty, nothing is sealed.</summary>
    public static IResourceBuilder<ParameterResource> AddKeyEncryptionKeys(this IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsPublishMode)
            return builder.AddParameter(Name, secret: true);

        if (builder.Configuration[Variable] is { } given)
            builder.Configuration[$"Parameters:{Name}"] = given;
        return builder.AddParameter(Name, new RandomKey(), secret: true, persist: true);
    }

    public static IResourceBuilder<T> WithKeyEncryptionKeys<T>(this IResourceBuilder<T> resource, IResourceBuilder<ParameterResource> keys)
        where T : IResourceWithEnvironment => resource.WithEnvironment(Variable, keys);

    /// <summary>Not a text of characters, of which a published application could make one too: those are no 32 bytes.</summary>
    private sealed class RandomKey : ParameterDefault
    {
        private const int Bytes = 32;

        public override string GetDefaultValue() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes));

        public override void WriteToManifest(ManifestPublishingContext context) => throw new NotSupportedException("A published application makes no key.");
    }
}
