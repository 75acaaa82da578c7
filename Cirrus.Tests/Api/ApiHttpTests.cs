using System.Net.Http.Headers;
using System.Text;
using Cirrus.Tests.Api.Identities;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Api;

/// <summary>The walk-through <c>Cirrus.Api/Api.http</c>, walked.</summary>
public sealed class ApiHttpTests
{
    [Fact]
    public async Task Every_request_of_the_walk_through_is_answered_as_it_says_and_again_the_next_time()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var api = Replica.Start(redis);
        var file = HttpFile.Read(await File.ReadAllTextAsync(Repository.At("Cirrus.Api/Api.http")));
        Assert.True(file.Requests.Count > 30, "The file is not read as it is meant.");
        var (fullchain, key) = TestCertificate.Make(["www.walk.example"]);
        var variables = new Dictionary<string, string>(file.Variables)
        {
            ["host"] = api.Address.ToString().TrimEnd('/'),
            ["token"] = Replica.Master,
            ["fullchain"] = fullchain.ReplaceLineEndings("\\n"),
            ["key"] = key.ReplaceLineEndings("\\n"),
        };
        Assert.Equal(file.Variables.Count, variables.Count);

        using var client = api.Stranger();
        await WalkAsync(client, file, variables);
        await WalkAsync(client, file, variables);
    }

    private static async Task WalkAsync(HttpClient client, HttpFile file, Dictionary<string, string> variables)
    {
        var answers = new Dictionary<string, (HttpResponseMessage, string)>();
        foreach (var step in file.Requests)
        {
            string Fill(string text) => HttpFile.Fill(text, variables, answers);
            using var request = new HttpRequestMessage(new HttpMethod(step.Method), Fill(step.Target));
            if (step.Body is not null)
                request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Fill(step.Body)));
            foreach (var (name, value) in step.Headers)
            {
                if (name == "Content-Type")
                    request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
                else
                    request.Headers.TryAddWithoutValidation(name, Fill(value));
            }
            var response = await client.SendAsync(request);
            var body = await response.Content.ReadAsStringAsync();
            Assert.True((int)response.StatusCode == step.Status, $"{step.Title}: {(int)response.StatusCode} instead of {step.Status}: {body}");
            Assert.True(step.Status is not 404 and < 500, $"{step.Title} promises an error that nobody wants to meet.");
            if (step.Name is not null)
                answers[step.Name] = (response, body);
        }
    }
}
