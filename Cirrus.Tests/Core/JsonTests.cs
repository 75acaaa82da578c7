using System.Text.Json;
using System.Text.Json.Nodes;
using Cirrus.Core.Json;
using CsCheck;

namespace Cirrus.Tests.Core;

public sealed class JsonTests
{
    // Few names, so that documents share some; the awkward ones are those that a JSON Pointer has to escape.
    private static readonly Gen<string> Name = Gen.OneOf("a", "b", "c", "", "a/b", "~", "~1", "0");

    private static readonly Gen<string> Document = Gen.Recursive<string>((depth, inner) =>
    {
        var scalar = Gen.OneOf<string>(Gen.Int[0, 3].Select(n => $"{n}"), Gen.OneOf("null", "true", "\"x\"", "\"y/~\"", "[]", "{}"));
        return depth > 3
            ? scalar
            : Gen.Frequency<string>(
                (2, scalar),
                (2, inner.List[0, 4].Select(items => $"[{string.Join(',', items)}]")),
                (3, Gen.Select(Name, inner).List[0, 4].Select(members =>
                    $"{{{string.Join(',', members.DistinctBy(m => m.Item1).Select(m => $"{JsonSerializer.Serialize(m.Item1)}:{m.Item2}"))}}}")));
    });

    // RFC 7396 appendix A.
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", "{}")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [InlineData("""{"a":"b"}""", """["c"]""", """["c"]""")]
    [InlineData("""{"a":"foo"}""", "null", "null")]
    [InlineData("""{"a":"foo"}""", "\"bar\"", "\"bar\"")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("[1,2]", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void A_merge_patch_does_what_its_RFC_says(string target, string patch, string result) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(result), MergePatch.Apply(JsonNode.Parse(target), JsonNode.Parse(patch))));

    [Fact]
    public void A_merge_patch_leaves_its_inputs_as_they_are() => Gen.Select(Document, Document).Sample((target, patch) =>
    {
        var (left, right) = (JsonNode.Parse(target), JsonNode.Parse(patch));
        var merged = MergePatch.Apply(left, right);
        Assert.True(JsonNode.DeepEquals(left, JsonNode.Parse(target)) && JsonNode.DeepEquals(right, JsonNode.Parse(patch)));
        // What a patch says once is so; saying it again changes nothing.
        Assert.True(JsonNode.DeepEquals(merged, MergePatch.Apply(merged, right)));
    });

    [Fact]
    public void A_difference_applied_gives_the_other_document() => Gen.Select(Document, Document).Sample((from, to) =>
    {
        var operations = JsonDiff.Between(JsonNode.Parse(from), JsonNode.Parse(to));
        var result = Apply(JsonNode.Parse(from), operations);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(to), result), $"{from} to {to}: {JsonSerializer.Serialize(operations)}");
    });

    [Fact]
    public void Equal_documents_do_not_differ() =>
        Document.Sample(json => Assert.Empty(JsonDiff.Between(JsonNode.Parse(json), JsonNode.Parse(json))));

    /// <summary>Applies a JSON Patch as RFC 6902 section 4 says, as far as differences use it.</summary>
    internal static JsonNode? Apply(JsonNode? document, IEnumerable<PatchOperation> operations)
    {
        var root = new JsonObject { ["root"] = document };
        foreach (var operation in operations)
        {
            var steps = $"/root{operation.Path}".Split('/')[1..].Select(s => s.Replace("~1", "/").Replace("~0", "~")).ToArray();
            var parent = steps[..^1].Aggregate((JsonNode)root, (node, step) => (node is JsonArray list ? list[int.Parse(step)] : node[step])!);
            var value = operation.Value is { } v ? JsonNode.Parse(v.GetRawText()) : null;
            var last = steps[^1];
            switch (parent, operation.Op)
            {
                case (JsonArray array, "add"): array.Insert(int.Parse(last), value); break;
                case (JsonArray array, "remove"): array.RemoveAt(int.Parse(last)); break;
                case (JsonArray array, "replace"): array[int.Parse(last)] = value; break;
                case (JsonObject members, "add"): members.Add(last, value); break;
                case (JsonObject members, "remove"): Assert.True(members.Remove(last)); break;
                case (JsonObject members, "replace"):
                    Assert.True(members.ContainsKey(last));
                    members[last] = value;
                    break;
                default: Assert.Fail($"{operation}"); break;
            }
        }
        return root["root"];
    }
}
