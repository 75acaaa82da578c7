using Cirrus.Core.Idempotency;

namespace Cirrus.Api.Idempotency;

/// <summary>Puts <see cref="IdempotentPosts"/> into the application.</summary>
internal static class IdempotencyExtensions
{
    public static void AddIdempotency(this WebApplicationBuilder builder) =>
        builder.Services.AddSingleton<AnswerStore>().AddSingleton<IdempotentPosts>();

    /// <summary>Comes after authorization: who may not ask is told so and nothing is kept.</summary>
    public static void UseIdempotency(this WebApplication app)
    {
        var posts = app.Services.GetRequiredService<IdempotentPosts>();
        app.Use(next => context => posts.AnswerAsync(context, next));
    }
}
