using static Cirrus.Tests.Api.Identities.Confined;
using static Cirrus.Tests.Api.Identities.Least;

namespace Cirrus.Tests.Api.Identities;

/// <summary>Who a route is for at least.</summary>
internal enum Least
{
    Anybody,
    Viewer,
    Operator,
    Admin,

    /// <summary>A user's session, in any role.</summary>
    Session,
    Master,
}

/// <summary>What a caller confined to some domains may do with a route.</summary>
internal enum Confined
{
    /// <summary>Nothing.</summary>
    Never,

    /// <summary>Use it: it shows nothing of other domains, or looks at the domain in the body itself.</summary>
    Open,

    /// <summary>Use it for the domains it is confined to: <c>{name}</c> is one.</summary>
    OwnDomain,
}

/// <summary>Every route of the API and for whom it is; one line each.</summary>
internal static class RouteTable
{
    public static readonly (string Route, Least Least, Confined Confined)[] Rows =
    [
        ("POST /api/v1/setup", Anybody, Open),
        ("POST /api/v1/auth/login", Anybody, Open),
        ("POST /api/v1/auth/logout", Session, Never),
        ("GET /api/v1/auth/me", Viewer, Open),
        ("PUT /api/v1/auth/password", Session, Never),
        ("GET /api/v1/auth/tokens", Master, Never),
        ("POST /api/v1/auth/tokens", Master, Never),
        ("GET /api/v1/auth/tokens/{id}", Master, Never),
        ("DELETE /api/v1/auth/tokens/{id}", Master, Never),
        ("GET /api/v1/users", Admin, Never),
        ("POST /api/v1/users", Admin, Never),
        ("GET /api/v1/users/{name}", Admin, Never),
        ("PUT /api/v1/users/{name}", Admin, Never),
        ("DELETE /api/v1/users/{name}", Admin, Never),

        ("GET /api/v1/changes/{id}", Viewer, Open),

        ("GET /api/v1/domains", Viewer, Open),
        ("POST /api/v1/domains", Operator, Open),
        ("GET /api/v1/domains/{name}", Viewer, OwnDomain),
        ("PUT /api/v1/domains/{name}", Operator, OwnDomain),
        ("DELETE /api/v1/domains/{name}", Operator, OwnDomain),
        ("PATCH /api/v1/domains/{name}", Operator, OwnDomain),
        ("GET /api/v1/domains/{name}/cname", Viewer, OwnDomain),
        ("GET /api/v1/domains/{name}/upstreams", Viewer, OwnDomain),
        ("PUT /api/v1/domains/{name}/upstreams", Operator, OwnDomain),
        ("GET /api/v1/domains/{name}/cache-rules", Viewer, OwnDomain),
        ("PUT /api/v1/domains/{name}/cache-rules", Operator, OwnDomain),
        ("GET /api/v1/domains/{name}/headers", Viewer, OwnDomain),
        ("PUT /api/v1/domains/{name}/headers", Operator, OwnDomain),
        ("GET /api/v1/domains/{name}/tls", Viewer, OwnDomain),
        ("PUT /api/v1/domains/{name}/tls", Operator, OwnDomain),
        ("GET /api/v1/domains/{name}/cert", Viewer, OwnDomain),
        ("PUT /api/v1/domains/{name}/cert", Operator, OwnDomain),
        ("DELETE /api/v1/domains/{name}/cert", Operator, OwnDomain),
        ("GET /api/v1/domains/{name}/acme", Viewer, OwnDomain),
        ("POST /api/v1/domains/{name}/acme", Operator, OwnDomain),
        ("GET /api/v1/domains/{name}/history", Viewer, OwnDomain),
        ("GET /api/v1/domains/{name}/history/{revision}", Viewer, OwnDomain),
        ("POST /api/v1/domains/{name}/rollback", Operator, OwnDomain),
        ("POST /api/v1/domains/validate", Viewer, Open),
        ("GET /api/v1/domains/export", Viewer, Open),
        ("POST /api/v1/domains/import", Operator, Open),

        ("GET /api/v1/certificates", Viewer, Open),
        ("GET /api/v1/certificates/budget", Viewer, Never),
        ("POST /api/v1/certificates/authorities/{name}/key", Admin, Never),

        ("GET /api/v1/nodes", Viewer, Open),
        ("GET /api/v1/nodes/{id}", Viewer, Open),
        ("GET /api/v1/nodes/{id}/health", Viewer, Open),
        ("GET /api/v1/nodes/{id}/latency", Viewer, Open),
        ("PUT /api/v1/nodes/{id}", Operator, Never),
        ("PATCH /api/v1/nodes/{id}", Operator, Never),
        ("DELETE /api/v1/nodes/{id}", Operator, Never),
        ("POST /api/v1/nodes/{id}/drain", Operator, Never),
        ("POST /api/v1/nodes/{id}/quarantine", Operator, Never),
        ("POST /api/v1/nodes/{id}/release", Operator, Never),
        ("POST /api/v1/nodes/{id}/activate", Operator, Never),
        ("POST /api/v1/nodes/{id}/disable", Operator, Never),

        ("GET /api/v1/steering/plan", Viewer, Never),

        ("POST /api/v1/purge", Operator, Open),
        ("POST /api/v1/purge/batch", Operator, Open),
        ("GET /api/v1/purge", Viewer, Open),
        ("GET /api/v1/purge/{id}", Viewer, Open),
        ("POST /api/v1/domains/{name}/warm", Operator, OwnDomain),
        ("GET /api/v1/warm/{id}", Viewer, Open),
        ("GET /api/v1/domains/{name}/explain", Viewer, OwnDomain),

        ("GET /api/v1/audit", Admin, Never),
        ("GET /api/v1/audit/{id}", Admin, Never),
        ("GET /api/v1/audit/verify", Admin, Never),
    ];
}
