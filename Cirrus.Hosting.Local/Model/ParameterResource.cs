using System.Security.Cryptography;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value from outside: configured, generated, or asked for at deployment.</summary>
public class ParameterResource(string name, Func<ParameterDefault?, string> callback, bool secret = false)
    : Resource(name), IManifestExpressionProvider, IValueProvider
{
    private Lazy<string>? _value;

    public bool Secret => secret;

    public ParameterDefault? Default { get; set; }

    public string ValueExpression => $"{{{Name}.value}}";

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<string?>(LazyInitializer.EnsureInitialized(ref _value, () => new Lazy<string>(() => callback(Default))).Value);
}

/// <summary>What a parameter is when nothing is configured.</summary>
public abstract class ParameterDefault
{
    public abstract string GetDefaultValue();
}

/// <summary>A random text of the allowed kinds of characters.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    /// <summary>Number of characters; 22 carry more than 128 bits.</summary>
    public int MinLength { get; set; } = 22;

    public bool Lower { get; set; } = true;

    public bool Upper { get; set; } = true;

    public bool Numeric { get; set; } = true;

    public bool Special { get; set; } = true;

    public override string GetDefaultValue()
    {
        var characters = (Lower ? "abcdefghjkmnpqrstuvwxyz" : "") + (Upper ? "ABCDEFGHJKMNPQRSTUVWXYZ" : "") + (Numeric ? "0123456789" : "") + (Special ? "-_.{}~()*+!" : "");
        return RandomNumberGenerator.GetString(characters, MinLength);
    }
}

/// <summary>A default that is remembered, so that a restart finds the data it can still open.</summary>
internal sealed class PersistedParameterDefault(string name, ParameterDefault inner, ParameterStore store) : ParameterDefault
{
    public ParameterDefault Inner => inner;

    public override string GetDefaultValue() => store.GetOrAdd(name, inner.GetDefaultValue);
}
