namespace Cirrus.Core.Identities;

/// <summary>A session as a request finds it: whose it is, with the user's role of this moment, and until when.</summary>
/// <param name="WasProlonged">This request has moved its end.</param>
public sealed record Session(string Hash, User User, DateTimeOffset ExpiresAt, bool WasProlonged = false);
