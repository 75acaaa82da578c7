using System.ComponentModel.DataAnnotations;
using Cirrus.Api.Domains;
using Cirrus.Api.Identities;
using Cirrus.Api.OpenApi;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Acme;
using Cirrus.Core.Certificates;
using Cirrus.Core.Identities;
using Cirrus.Core.Redis;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Certificates;

/// <summary>A certificate of an operator's own.</summary>
public sealed record CertificateRequest
{
    private const int MaxPem = 64 * 1024;

    /// <summary>PEM: the certificate of the domain first, each followed by the one that issued it.</summary>
    [Required(ErrorMessage = "A chain is required.")]
    [MaxLength(MaxPem, ErrorMessage = "A chain has at most 65536 characters.")]
    public string? FullchainPem { get; init; }

    /// <summary>PEM: the private key, not encrypted. It is never shown again.</summary>
    [Required(ErrorMessage = "A key is required.")]
    [MaxLength(MaxPem, ErrorMessage = "A key has at most 65536 characters.")]
    public string? KeyPem { get; init; }
}

/// <summary>What is known of a domain's certificate; the key is never shown.</summary>
/// <param name="Names">Host names it is for.</param>
/// <param name="Fingerprint">SHA-256 of the certificate, in hexadecimal digits.</param>
/// <param name="Source"><c>operator</c>: one of an operator's own; <c>acme</c>: ordered by Cirrus.</param>
/// <param name="Authority">Which issued it, of one that Cirrus ordered.</param>
/// <param name="Chain">PEM: the certificate of the domain first, each followed by the one that issued it.</param>
public sealed record CertificateResponse(
    string Domain,
    IReadOnlyList<string> Names,
    string Issuer,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    string Fingerprint,
    string Source,
    string? Authority,
    string Chain,
    int Revision)
{
    internal static CertificateResponse From(string domain, CertificateSummary summary, string chain, int revision) => new(
        domain, summary.Names, summary.Issuer, summary.NotBefore, summary.NotAfter, summary.Fingerprint, summary.Source, summary.Authority,
        chain, revision);
}

/// <summary><c>/api/v1/domains/{name}/cert</c>.</summary>
internal static class CertificateEndpoints
{
    public static void AddCertificates(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<SealingOptions>()
            .Configure(options => options.Keys = builder.Configuration[KeySealing.Setting]).ValidateDataAnnotations().ValidateOnStart();
        builder.Services
            .AddSingleton(services => KeySealing.Parse(services.GetRequiredService<IOptions<SealingOptions>>().Value.Keys))
            .AddSingleton<CertificateStore>()
            .AddSingleton<AcmeStatusStore>()
            .AddSingleton<AuthorityStore>()
            .AddSingleton<AuthorityChoreStore>();
    }

    public static void MapCertificates(this IEndpointRouteBuilder routes)
    {
        var certificates = routes.MapGroup("/domains/{name}/cert").WithTags("Certificates").CheckDomainInPath();
        certificates.MapGet("/", GetCertificate).For(Role.Viewer).HasETag().Produces(StatusCodes.Status304NotModified)
            .WithName("getCertificate").WithSummary("The certificate of a domain, without its key");
        certificates.MapPut("/", PutCertificate).For(Role.Operator).MakesChange().HasETag()
            .WithName("putCertificate").WithSummary("Give a domain a certificate of one's own");
        certificates.MapDelete("/", DeleteCertificate).For(Role.Operator).MakesChange().HasETag()
            .WithName("deleteCertificate").WithSummary("Delete the certificate of a domain, and have it revoked");
        routes.MapCertificateList();
    }

    private static async Task<Results<Ok<CertificateResponse>, StatusCodeHttpResult, ProblemHttpResult>> GetCertificate(
        string name, HttpContext context, CertificateStore store)
    {
        if (DomainNames.InPath(name) is not { } domain || await store.FindWithChainAsync(domain) is not var (stored, chain))
            return ProblemsExtensions.NotFound($"certificate of {name}");
        context.SetETag(stored.Revision);
        return context.IsNotModified(stored.Revision)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(CertificateResponse.From(domain, stored.Summary, chain, stored.Revision));
    }

    private static async Task<Results<Ok<CertificateResponse>, Created<CertificateResponse>, ValidationProblem, ProblemHttpResult>> PutCertificate(
        string name, CertificateRequest request, HttpContext context, CertificateStore store, TimeProvider time,
        IOptions<PreconditionOptions> options)
    {
        if (DomainNames.InPath(name) is not { } domain)
            return ProblemsExtensions.NotFound($"domain {name}");
        if (CertificateCheck.Check(request.FullchainPem!, request.KeyPem!, domain, CertificateSource.Operator, time.GetUtcNow(), out var faults) is not { } certificate)
            return ProblemsExtensions.Invalid(Errors(faults));

        await foreach (var _ in WriteRounds.AttemptsAsync())
        {
            var revision = (await store.FindAsync(domain))?.Revision ?? 0;
            if (context.Refusal($"The certificate of {domain}", revision, required: options.Value.RequireIfMatch) is { } refusal)
                return refusal;
            var written = await store.PutAsync(domain, certificate, revision, context.Actor());
            if (written.Outcome == WriteOutcome.Missing)
                return ProblemsExtensions.NotFound($"domain {domain}");
            if (!written.Accepted)
                continue;
            context.SetChange(written.Change);
            context.SetETag(written.Revision);
            var response = CertificateResponse.From(domain, certificate.Summary, certificate.FullchainPem, written.Revision);
            return revision == 0 ? TypedResults.Created($"/api/v1/domains/{domain}/cert", response) : TypedResults.Ok(response);
        }
        return ProblemsExtensions.Contended($"The certificate of {domain}");
    }

    private static async Task<Results<NoContent, ValidationProblem, ProblemHttpResult>> DeleteCertificate(
        string name, HttpContext context, CertificateStore store, IOptions<PreconditionOptions> options, string? revoke = null)
    {
        if (!RevocationWord.TryRead(revoke, out var reason))
            return ProblemsExtensions.Invalid(new Dictionary<string, string[]> { [nameof(revoke)] = [RevocationWord.Expected] });
        await foreach (var _ in WriteRounds.AttemptsAsync())
        {
            var domain = DomainNames.InPath(name);
            var revision = domain is null ? 0 : (await store.FindAsync(domain))?.Revision ?? 0;
            if (context.Refusal($"The certificate of {name}", revision, required: options.Value.RequireIfMatch) is { } refusal)
                return refusal;
            if (revision == 0)
                return ProblemsExtensions.NotFound($"certificate of {name}");
            var written = await store.DeleteAsync(domain!, revision, context.Actor(), reason);
            if (!written.Accepted)
                continue;
            context.SetChange(written.Change);
            return TypedResults.NoContent();
        }
        return ProblemsExtensions.Contended($"The certificate of {name}");
    }

    private static Dictionary<string, string[]> Errors(IEnumerable<CertificateFault> faults) => faults
        .GroupBy(f => f.Part == CertificatePart.Key ? "keyPem" : "fullchainPem")
        .ToDictionary(g => g.Key, g => g.Select(f => f.Message).ToArray());
}
