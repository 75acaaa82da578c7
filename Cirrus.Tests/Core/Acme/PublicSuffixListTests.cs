using Cirrus.Core.Acme;

namespace Cirrus.Tests.Core.Acme;

/// <summary>Rules as publicsuffix.org describes them, with the names of its own test file.</summary>
public class PublicSuffixListTests
{
    private const string Text = """
        // ===BEGIN ICANN DOMAINS===
        com
        biz
        jp
        ac.jp
        kyoto.jp
        ide.kyoto.jp
        *.kobe.jp
        !city.kobe.jp
        *.ck
        !www.ck
        us
        ak.us
        k12.ak.us
        uk	text after white space
        co.uk
        cn
        com.cn
        公司.cn
        中国
        // ===END ICANN DOMAINS===
        // ===BEGIN PRIVATE DOMAINS===
        blogspot.com
        uk.com
        """;

    private static readonly PublicSuffixList List = PublicSuffixList.Parse(new StringReader(Text));

    [Theory]
    [InlineData("com", "com")]
    [InlineData("example.com", "example.com")]
    [InlineData("a.b.example.com", "example.com")]
    [InlineData("*.example.com", "example.com")]
    [InlineData("domain.biz", "domain.biz")]
    [InlineData("example.uk.com", "example.uk.com")]
    [InlineData("a.b.example.uk.com", "example.uk.com")]
    [InlineData("www.name.blogspot.com", "name.blogspot.com")]
    [InlineData("blogspot.com", "blogspot.com")]
    [InlineData("test.jp", "test.jp")]
    [InlineData("www.test.jp", "test.jp")]
    [InlineData("ac.jp", "ac.jp")]
    [InlineData("www.test.ac.jp", "test.ac.jp")]
    [InlineData("kyoto.jp", "kyoto.jp")]
    [InlineData("b.ide.kyoto.jp", "b.ide.kyoto.jp")]
    [InlineData("a.b.ide.kyoto.jp", "b.ide.kyoto.jp")]
    [InlineData("c.kobe.jp", "c.kobe.jp")]
    [InlineData("b.c.kobe.jp", "b.c.kobe.jp")]
    [InlineData("a.b.c.kobe.jp", "b.c.kobe.jp")]
    [InlineData("city.kobe.jp", "city.kobe.jp")]
    [InlineData("www.city.kobe.jp", "city.kobe.jp")]
    [InlineData("b.test.ck", "b.test.ck")]
    [InlineData("a.b.test.ck", "b.test.ck")]
    [InlineData("www.ck", "www.ck")]
    [InlineData("www.www.ck", "www.ck")]
    [InlineData("www.test.k12.ak.us", "test.k12.ak.us")]
    [InlineData("www.example.co.uk", "example.co.uk")]
    [InlineData("www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn")]
    [InlineData("shishi.xn--fiqs8s", "shishi.xn--fiqs8s")]
    [InlineData("a.b.example.example", "example.example")]
    [InlineData("example", "example")]
    public void A_registered_domain_is_one_label_below_its_public_suffix(string name, string registered) =>
        Assert.Equal(registered, List.RegisteredDomain(name));

    [Fact]
    public void Without_a_list_two_labels_are_a_registered_domain() =>
        Assert.Equal("co.uk", PublicSuffixList.Empty.RegisteredDomain("www.example.co.uk"));

    [Fact]
    public void The_list_of_the_system_is_read_whole()
    {
        using var text = File.OpenText("/usr/share/publicsuffix/public_suffix_list.dat");
        var list = PublicSuffixList.Parse(text);
        Assert.True(list.Count > 5000);
        Assert.Equal("example.co.uk", list.RegisteredDomain("www.example.co.uk"));
        Assert.Equal("me.github.io", list.RegisteredDomain("www.me.github.io"));
        Assert.Equal("www.ck", list.RegisteredDomain("a.www.ck"));
    }
}
