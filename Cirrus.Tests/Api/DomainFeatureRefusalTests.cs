using System.Net;
using System.Text.Json.Nodes;

namespace Cirrus.Tests.Api;

/// <summary>Bad input of the members that a domain may have besides: one line each, with the field that is named and what is said of it.</summary>
[Collection(ApiCollection.Name)]
public sealed class DomainFeatureRefusalTests(ApiServer api)
{
    private const string Origin = """ "scheme":"https","host":"o.test","port":443 """;

    [Theory]
    [InlineData("""{"ttl":-1}""", "ttl", "A ttl is between 0 and 31536000 seconds.")]
    [InlineData("""{"ttl":31536001}""", "ttl", "A ttl is between 0 and 31536000 seconds.")]
    [InlineData("""{"ttl":"60"}""", "ttl", "The value has the wrong type or range.")]
    [InlineData("""{"originHeaders":"ignore"}""", "originHeaders", "The origin's header fields are for override or respect.")]
    [InlineData("""{"minTtl":-1}""", "minTtl", "A minTtl is between 0 and 31536000 seconds.")]
    [InlineData("""{"maxTtl":31536001}""", "maxTtl", "A maxTtl is between 0 and 31536000 seconds.")]
    [InlineData("""{"minTtl":11,"maxTtl":10}""", "minTtl", "A minTtl is not above maxTtl.")]
    [InlineData("""{"statusTtl":{"4xy":1}}""", "statusTtl", "4xy: This is a status such as 404, or a class such as 5xx, from 200 on.")]
    [InlineData("""{"statusTtl":{"101":1}}""", "statusTtl", "101: This is a status such as 404, or a class such as 5xx, from 200 on.")]
    [InlineData("""{"statusTtl":{"5XX":1}}""", "statusTtl", "5XX: This is a status such as 404, or a class such as 5xx, from 200 on.")]
    [InlineData("""{"statusTtl":{"404":-1}}""", "statusTtl", "404: This is between 0 and 31536000 seconds.")]
    [InlineData("""{"statusTtl":{"404":null}}""", "statusTtl.404", "The value has the wrong type or range.")]
    [InlineData("""{"statusTtl":[404]}""", "statusTtl", "The value has the wrong type or range.")]
    [InlineData("""{"staleWhileRevalidate":-1}""", "staleWhileRevalidate", "A staleWhileRevalidate is between 0 and 31536000 seconds.")]
    [InlineData("""{"staleIfError":1.5}""", "staleIfError", "The value has the wrong type or range.")]
    [InlineData("""{"staleIfError":31536001}""", "staleIfError", "A staleIfError is between 0 and 31536000 seconds.")]
    [InlineData("""{"bypass":{"cookies":["a b"]}}""", "bypass.cookies[0]", "The name of a cookie is a token, such as session, of at most 128 characters; a * stands at its end only.")]
    [InlineData("""{"bypass":{"cookies":["a","w*p"]}}""", "bypass.cookies[1]", "The name of a cookie is a token, such as session, of at most 128 characters; a * stands at its end only.")]
    [InlineData("""{"bypass":{"cookies":["a","a"]}}""", "bypass.cookies[1]", "a is given twice.")]
    [InlineData("""{"bypass":{"cookies":[null]}}""", "bypass.cookies[0]", "This is a text.")]
    [InlineData("""{"bypass":{"headers":["X A"]}}""", "bypass.headers[0]", "The name of a header field is a token, such as X-Name, of at most 128 characters.")]
    [InlineData("""{"bypass":{"headers":["X-A","x-a"]}}""", "bypass.headers[1]", "x-a is given twice.")]
    [InlineData("""{"bypass":{"query":["a"]}}""", "bypass.query", "There is no field 'query' here.")]
    [InlineData("""{"query":{"mode":"some"}}""", "query.mode", "The mode is all, none, allow or deny.")]
    [InlineData("""{"query":{"mode":"allow"}}""", "query.names", "With allow at least one name is required.")]
    [InlineData("""{"query":{"mode":"deny","names":[]}}""", "query.names", "With deny at least one name is required.")]
    [InlineData("""{"query":{"names":["a"]}}""", "query.names", "Names are for the modes allow and deny.")]
    [InlineData("""{"query":{"mode":"allow","names":["a","b&c"]}}""", "query.names[1]", "The name of a parameter is printable ASCII without &, = and #, at most 128 characters; write others percent-encoded.")]
    [InlineData("""{"query":{"mode":"allow","names":["*a"]}}""", "query.names[0]", "A * stands at the end of a name only.")]
    [InlineData("""{"query":{"mode":"deny","names":["a","a"]}}""", "query.names[1]", "a is given twice.")]
    [InlineData("""{"query":{"sort":1}}""", "query.sort", "The value has the wrong type or range.")]
    [InlineData("""{"key":{"headers":["a","b","c","d","e","f","g","h","i"]}}""", "key.headers", "At most 8 header fields.")]
    [InlineData("""{"key":{"headers":["Host"]}}""", "key.headers[0]", "The host is part of the key in any case.")]
    [InlineData("""{"key":{"headers":["TE"]}}""", "key.headers[0]", "This header field belongs to the connection or to Cirrus; what is cached can't depend on it.")]
    [InlineData("""{"key":{"headers":["x-cirrus-a"]}}""", "key.headers[0]", "This header field belongs to the connection or to Cirrus; what is cached can't depend on it.")]
    [InlineData("""{"key":{"cookies":["a*"]}}""", "key.cookies[0]", "The name of a cookie is a token, such as session, of at most 128 characters.")]
    [InlineData("""{"key":{"device":"mobile"}}""", "key.device", "The value has the wrong type or range.")]
    [InlineData("""{"slice":65535}""", "slice", "A slice has between 65536 and 16777216 octets.")]
    [InlineData("""{"slice":16777217}""", "slice", "A slice has between 65536 and 16777216 octets.")]
    [InlineData("""{"compress":"gzip"}""", "compress", "The value has the wrong type or range.")]
    [InlineData("""{"cache":1}""", "cache", "There is no field 'cache' here.")]
    public async Task A_policy_is_refused_alike_in_the_domain_and_in_a_rule(string policy, string field, string message)
    {
        await ExpectAsync($$"""{"cache":{{policy}}}""", $"cache.{field}", message);
        await ExpectAsync($$"""{"rules":[{"path":"/a"},{"path":"/b",{{policy[1..]}}]}""", $"rules[1].{field}", message);
    }

    [Theory]
    [InlineData($$"""{"origins":[{{{Origin}},"hostHeader":"a b"}]}""", "origins[0].hostHeader", "The host must not contain spaces.")]
    [InlineData($$"""{"origins":[{{{Origin}},"hostHeader":"a.test:0"}]}""", "origins[0].hostHeader", "A port is between 1 and 65535.")]
    [InlineData($$"""{"origins":[{{{Origin}},"hostHeader":"a.test:080"}]}""", "origins[0].hostHeader", "A port is between 1 and 65535.")]
    [InlineData($$"""{"origins":[{{{Origin}},"hostHeader":"https://a.test"}]}""", "origins[0].hostHeader", "A port is between 1 and 65535.")]
    [InlineData($$"""{"origins":[{{{Origin}},"hostHeader":""}]}""", "origins[0].hostHeader", "The host must not be empty.")]
    [InlineData($$"""{"origins":[{{{Origin}},"hostHeader":"a.test\r\nX: y"}]}""", "origins[0].hostHeader", "A port is between 1 and 65535.")]
    [InlineData($$"""{"origins":[{{{Origin}},"serverName":"192.0.2.1"}]}""", "origins[0].serverName", "The name must be a host name, not an IP address.")]
    [InlineData($$"""{"origins":[{{{Origin}},"serverName":"*.a.test"}]}""", "origins[0].serverName", "The name must not be a wildcard.")]
    [InlineData($$"""{"origins":[{{{Origin}},"verify":"no"}]}""", "origins[0].verify", "The value has the wrong type or range.")]
    [InlineData($$"""{"origins":[{{{Origin}},"backup":true},{{{Origin}},"weight":0}]}""", "origins", "At least one origin needs a weight above 0 and is no backup.")]
    [InlineData("""{"originPolicy":{"connectTimeout":0}}""", "originPolicy.connectTimeout", "A connectTimeout is between 1 and 60 seconds.")]
    [InlineData("""{"originPolicy":{"readTimeout":601}}""", "originPolicy.readTimeout", "A readTimeout is between 1 and 600 seconds.")]
    [InlineData("""{"originPolicy":{"sendTimeout":0}}""", "originPolicy.sendTimeout", "A sendTimeout is between 1 and 600 seconds.")]
    [InlineData("""{"originPolicy":{"attempts":11}}""", "originPolicy.attempts", "The number of attempts is between 1 and 10.")]
    [InlineData("""{"originPolicy":{"retryStatuses":[502,404]}}""", "originPolicy.retryStatuses[1]", "A status to try again after is 429, or between 500 and 599.")]
    [InlineData("""{"originPolicy":{"retryStatuses":[502,502]}}""", "originPolicy.retryStatuses[1]", "502 is given twice.")]
    [InlineData("""{"originPolicy":{"retryStatuses":["5xx"]}}""", "originPolicy.retryStatuses[0]", "The value has the wrong type or range.")]
    [InlineData("""{"originPolicy":{"retries":3}}""", "originPolicy.retries", "There is no field 'retries' here.")]
    [InlineData("""{"originPolicy":{"health":{}}}""", "originPolicy.health.path", "A path is required.")]
    [InlineData("""{"originPolicy":{"health":{"path":"healthz"}}}""", "originPolicy.health.path", "A path begins with / and is printable ASCII without spaces; write other characters percent-encoded.")]
    [InlineData("""{"originPolicy":{"health":{"path":"/a b"}}}""", "originPolicy.health.path", "A path begins with / and is printable ASCII without spaces; write other characters percent-encoded.")]
    [InlineData("""{"originPolicy":{"health":{"path":"/a\n"}}}""", "originPolicy.health.path", "A path begins with / and is printable ASCII without spaces; write other characters percent-encoded.")]
    [InlineData("""{"originPolicy":{"health":{"path":"/","interval":0}}}""", "originPolicy.health.interval", "An interval is between 1 and 3600 seconds.")]
    [InlineData("""{"originPolicy":{"health":{"path":"/","timeout":61}}}""", "originPolicy.health.timeout", "A timeout is between 1 and 60 seconds.")]
    [InlineData("""{"originPolicy":{"health":{"path":"/","unhealthyAfter":0}}}""", "originPolicy.health.unhealthyAfter", "An unhealthyAfter is between 1 and 20.")]
    [InlineData("""{"originPolicy":{"health":{"path":"/","healthyAfter":21}}}""", "originPolicy.health.healthyAfter", "A healthyAfter is between 1 and 20.")]
    [InlineData("""{"originPolicy":{"health":{"path":"/","statuses":["2xx","ok"]}}}""", "originPolicy.health.statuses[1]", "This is a status such as 204, or a class such as 2xx.")]
    [InlineData("""{"originPolicy":{"health":{"path":"/","statuses":[200]}}}""", "originPolicy.health.statuses[0]", "The value has the wrong type or range.")]
    [InlineData("""{"originPolicy":{"health":{"path":"/","statuses":[]}}}""", "originPolicy.health.statuses", "At least one status; leave the field out for 2xx and 3xx.")]
    public Task Origins_and_their_policy(string members, string field, string message) => ExpectAsync(members, field, message);

    [Theory]
    [InlineData("""{"action":"drop","name":"X-A"}""", "action", "The action is set, add or remove.")]
    [InlineData("""{"name":"X-A","value":"a"}""", "action", "An action is required: set, add or remove.")]
    [InlineData("""{"action":"remove"}""", "name", "The name of a header field is required.")]
    [InlineData("""{"action":"remove","name":"X A"}""", "name", "The name of a header field is a token, such as X-Name, of at most 128 characters.")]
    [InlineData("""{"action":"remove","name":"X-A\n"}""", "name", "The name of a header field is a token, such as X-Name, of at most 128 characters.")]
    [InlineData("""{"action":"set","name":"Host","value":"a"}""", "name", "The header field Host is set by hostHeader of an origin.")]
    [InlineData("""{"action":"set","name":"transfer-encoding","value":"a"}""", "name", "This header field belongs to the connection or to Cirrus and can't be changed.")]
    [InlineData("""{"action":"remove","name":"Via"}""", "name", "This header field belongs to the connection or to Cirrus and can't be changed.")]
    [InlineData("""{"action":"set","name":"X-Cirrus-A","value":"a"}""", "name", "This header field belongs to the connection or to Cirrus and can't be changed.")]
    [InlineData("""{"action":"set","name":"Age","value":"0"}""", "name", "This header field belongs to the connection or to Cirrus and can't be changed.")]
    [InlineData("""{"action":"set","name":"X-A"}""", "value", "A value is required to set a header field.")]
    [InlineData("""{"action":"add","name":"X-A","value":null}""", "value", "A value is required to add a header field.")]
    [InlineData("""{"action":"remove","name":"X-A","value":""}""", "value", "What is removed has no value.")]
    [InlineData("""{"action":"set","name":"X-A","value":"a\r\nX-B: b"}""", "value", "The value of a header field is printable ASCII without spaces around it, at most 4096 characters.")]
    [InlineData("""{"action":"set","name":"X-A","value":"a\u0000"}""", "value", "The value of a header field is printable ASCII without spaces around it, at most 4096 characters.")]
    [InlineData("""{"action":"set","name":"X-A","value":" a"}""", "value", "The value of a header field is printable ASCII without spaces around it, at most 4096 characters.")]
    [InlineData("""{"action":"set","name":"X-A","value":"ä"}""", "value", "The value of a header field is printable ASCII without spaces around it, at most 4096 characters.")]
    [InlineData("""{"action":"set","name":"Authorization","value":"redacted:sha256:01234567"}""", "value", "This is what was shown in place of a credential. Send the credential itself.")]
    [InlineData("""{"action":"remove","name":"X-A","path":"(a)\\1"}""", "path", "The path's regular expression uses look-around, back-references or atomic groups.")]
    [InlineData("""{"action":"remove","name":"X-A","path":""}""", "path", "A path is printable ASCII and not empty; write other characters percent-encoded.")]
    public async Task An_action_on_header_fields_is_refused_alike_on_requests_and_responses(string action, string field, string message)
    {
        await ExpectAsync($$$"""{"headers":{"request":[{"action":"remove","name":"X-B"},{{{action}}}]}}""", $"headers.request[1].{field}", message);
        await ExpectAsync($$$"""{"headers":{"response":[{{{action}}}]}}""", $"headers.response[0].{field}", message);
    }

    [Theory]
    [InlineData("""{"headers":{"request":[null]}}""", "headers.request[0]", "An action is an object.")]
    [InlineData("""{"headers":{"upstream":[]}}""", "headers.upstream", "There is no field 'upstream' here.")]
    [InlineData("""{"securityHeaders":"paranoid"}""", "securityHeaders", "The securityHeaders are off, standard or strict.")]
    [InlineData("""{"cors":{}}""", "cors.origins", "At least one origin is required.")]
    [InlineData("""{"cors":{"origins":[]}}""", "cors.origins", "At least one origin is required.")]
    [InlineData("""{"cors":{"origins":["app.test"]}}""", "cors.origins[0]", "An origin looks like https://app.example.com, https://*.example.com or http://localhost:3000, without a path; or it is *.")]
    [InlineData("""{"cors":{"origins":["https://app.test/"]}}""", "cors.origins[0]", "An origin looks like https://app.example.com, https://*.example.com or http://localhost:3000, without a path; or it is *.")]
    [InlineData("""{"cors":{"origins":["https://u@app.test"]}}""", "cors.origins[0]", "An origin looks like https://app.example.com, https://*.example.com or http://localhost:3000, without a path; or it is *.")]
    [InlineData("""{"cors":{"origins":["null"]}}""", "cors.origins[0]", "An origin looks like https://app.example.com, https://*.example.com or http://localhost:3000, without a path; or it is *.")]
    [InlineData("""{"cors":{"origins":["https://a.*.test"]}}""", "cors.origins[0]", "The host must consist of letters, digits and hyphens, in labels of 1 to 63 octets that neither begin nor end with a hyphen.")]
    [InlineData("""{"cors":{"origins":["https://a.test:99999"]}}""", "cors.origins[0]", "A port is between 1 and 65535.")]
    [InlineData("""{"cors":{"origins":["https://a.test","HTTPS://A.test:443"]}}""", "cors.origins[1]", "https://a.test is given twice.")]
    [InlineData("""{"cors":{"origins":["*"],"credentials":true}}""", "cors.credentials", "Browsers take no credentials where the origin is *; name the origins.")]
    [InlineData("""{"cors":{"origins":["*"],"methods":["get"]}}""", "cors.methods[0]", "A method is a token in upper case, such as PUT.")]
    [InlineData("""{"cors":{"origins":["*"],"methods":[]}}""", "cors.methods", "At least one method; leave the field out for GET, HEAD and POST.")]
    [InlineData("""{"cors":{"origins":["*"],"headers":["X A"]}}""", "cors.headers[0]", "The name of a header field is a token, such as X-Name, of at most 128 characters.")]
    [InlineData("""{"cors":{"origins":["*"],"headers":["X-A","*"]}}""", "cors.headers", "* is for all header fields, and stands alone.")]
    [InlineData("""{"cors":{"origins":["*"],"exposeHeaders":["a:b"]}}""", "cors.exposeHeaders[0]", "The name of a header field is a token, such as X-Name, of at most 128 characters.")]
    [InlineData("""{"cors":{"origins":["*"],"maxAge":86401}}""", "cors.maxAge", "A maxAge is between 0 and 86400 seconds.")]
    public Task Header_fields_of_responses(string members, string field, string message) => ExpectAsync(members, field, message);

    [Theory]
    [InlineData("""{"redirects":[null]}""", "redirects[0]", "A redirect is an object.")]
    [InlineData("""{"redirects":[{"to":"/b","status":301}]}""", "redirects[0].path", "A path is required.")]
    [InlineData("""{"redirects":[{"path":"^/(a","to":"/b","status":301}]}""", "redirects[0].path", "The path is not a valid regular expression: insufficient closing parentheses at character 4.")]
    [InlineData("""{"redirects":[{"path":"^/(?=a)","to":"/b","status":301}]}""", "redirects[0].path", "The path's regular expression uses look-around, back-references or atomic groups.")]
    [InlineData("""{"redirects":[{"path":"(^/[a-z]{0,90}){12}","to":"/b","status":301}]}""", "redirects[0].path", "The path's regular expression is too large: with its repetitions written out it has 1116 parts; 1000 are allowed.")]
    [InlineData("""{"redirects":[{"path":"/a?b","to":"/b","status":301}]}""", "redirects[0].path", "A path prefix has no query.")]
    [InlineData("""{"redirects":[{"path":"/a","status":301}]}""", "redirects[0].to", "Where it leads is required.")]
    [InlineData("""{"redirects":[{"path":"/a","to":"/b"}]}""", "redirects[0].status", "A status is required: 301, 302, 303, 307 or 308.")]
    [InlineData("""{"redirects":[{"path":"/a","to":"/b","status":304}]}""", "redirects[0].status", "The status is 301, 302, 303, 307 or 308.")]
    [InlineData("""{"redirects":[{"path":"/a","to":"b","status":301}]}""", "redirects[0].to", "This is a URL with http or https, or a path that begins with /.")]
    [InlineData("""{"redirects":[{"path":"/a","to":"javascript:alert(1)","status":301}]}""", "redirects[0].to", "This is a URL with http or https, or a path that begins with /.")]
    [InlineData("""{"redirects":[{"path":"/a","to":"https://","status":301}]}""", "redirects[0].to", "This is a URL with http or https, or a path that begins with /.")]
    [InlineData("""{"redirects":[{"path":"/a","to":"//b.test/","status":301}]}""", "redirects[0].to", "A path does not begin with //.")]
    [InlineData("""{"redirects":[{"path":"/a","to":"/\\b.test/","status":301}]}""", "redirects[0].to", "A path does not begin with //.")]
    [InlineData("""{"redirects":[{"path":"/a","to":"https://u:p@b.test/","status":301}]}""", "redirects[0].to", "A URL that everyone is led to holds no user and no password.")]
    [InlineData("""{"redirects":[{"path":"/a","to":"https://b_c.test/","status":301}]}""", "redirects[0].to", "The host must consist of letters, digits and hyphens, in labels of 1 to 63 octets that neither begin nor end with a hyphen.")]
    [InlineData("""{"redirects":[{"path":"/a","to":"https://b.test:0/","status":301}]}""", "redirects[0].to", "A port is between 1 and 65535.")]
    [InlineData("""{"redirects":[{"path":"/a","to":"/b c","status":301}]}""", "redirects[0].to", "This is printable ASCII without spaces, quotes, <, > and \\; write other characters percent-encoded.")]
    [InlineData("""{"redirects":[{"path":"/a","to":"/b\r\nSet-Cookie: c","status":301}]}""", "redirects[0].to", "This is printable ASCII without spaces, quotes, <, > and \\; write other characters percent-encoded.")]
    [InlineData("""{"redirects":[{"path":"/a","to":"/$1","status":301}]}""", "redirects[0].to", "There are groups in a regular expression only; behind a prefix the rest of the path is appended. Write $ as %24.")]
    [InlineData("""{"redirects":[{"path":"^/(a)$","to":"/$2","status":301}]}""", "redirects[0].to", "$2: The path has the groups $1 to $1. Write $ as %24.")]
    [InlineData("""{"redirects":[{"path":"^/(?:a)$","to":"/$1","status":301}]}""", "redirects[0].to", "$1: The path has no group. Write $ as %24.")]
    [InlineData("""{"redirects":[{"path":"^/(a)$","to":"/$0","status":301}]}""", "redirects[0].to", "$0: The path has the groups $1 to $1. Write $ as %24.")]
    [InlineData("""{"redirects":[{"path":"/a","to":"/b","status":301,"query":true}]}""", "redirects[0].query", "There is no field 'query' here.")]
    [InlineData("""{"rewrites":[null]}""", "rewrites[0]", "A rewrite is an object.")]
    [InlineData("""{"rewrites":[{"to":"/b"}]}""", "rewrites[0].path", "A path is required.")]
    [InlineData("""{"rewrites":[{"path":"/a"}]}""", "rewrites[0].to", "The path that the origin is asked for is required.")]
    [InlineData("""{"rewrites":[{"path":"/a","to":"https://b.test/"}]}""", "rewrites[0].to", "This is a path that begins with /.")]
    [InlineData("""{"rewrites":[{"path":"/a","to":"//b"}]}""", "rewrites[0].to", "A path does not begin with //.")]
    [InlineData("""{"rewrites":[{"path":"/a","to":"/b#c"}]}""", "rewrites[0].to", "The origin is sent no fragment; write # as %23.")]
    [InlineData("""{"rewrites":[{"path":"/a","to":"/b/$1"}]}""", "rewrites[0].to", "There are groups in a regular expression only; behind a prefix the rest of the path is appended. Write $ as %24.")]
    [InlineData("""{"rewrites":[{"path":"^/(a)(b)$","to":"/$3"}]}""", "rewrites[0].to", "$3: The path has the groups $1 to $2. Write $ as %24.")]
    public Task Redirects_and_rewrites(string members, string field, string message) => ExpectAsync(members, field, message);

    [Theory]
    [InlineData("""{"access":{"allow":["192.0.2.1/24"]}}""", "access.allow[0]", "192.0.2.1/24 has bits beyond its prefix; the network is 192.0.2.0/24, the address alone 192.0.2.1/32.")]
    [InlineData("""{"access":{"allow":["10.0.0.0/8","2001:db8::1/32"]}}""", "access.allow[1]", "2001:db8::1/32 has bits beyond its prefix; the network is 2001:db8::/32, the address alone 2001:db8::1/128.")]
    [InlineData("""{"access":{"deny":["192.0.2.0/33"]}}""", "access.deny[0]", "The length of a prefix is between 0 and 32 here.")]
    [InlineData("""{"access":{"deny":["2001:db8::/129"]}}""", "access.deny[0]", "The length of a prefix is between 0 and 128 here.")]
    [InlineData("""{"access":{"deny":["192.0.2.0/024"]}}""", "access.deny[0]", "The length of a prefix is between 0 and 32 here.")]
    [InlineData("""{"access":{"deny":["192.0.2.0/255.255.255.0"]}}""", "access.deny[0]", "The length of a prefix is between 0 and 32 here.")]
    [InlineData("""{"access":{"deny":["10.1"]}}""", "access.deny[0]", "A network looks like 192.0.2.0/24 or 2001:db8::/32; an address alone will do.")]
    [InlineData("""{"access":{"deny":["a.test"]}}""", "access.deny[0]", "A network looks like 192.0.2.0/24 or 2001:db8::/32; an address alone will do.")]
    [InlineData("""{"access":{"deny":["::ffff:192.0.2.0/120"]}}""", "access.deny[0]", "Clients with IPv4 are known by 192.0.2.0, without ::ffff: before it.")]
    [InlineData("""{"access":{"deny":["192.0.2.1","192.0.2.1/32"]}}""", "access.deny[1]", "192.0.2.1/32 is given twice.")]
    [InlineData("""{"access":{"deny":["2001:db8::/32","2001:DB8:0::/32"]}}""", "access.deny[1]", "2001:db8::/32 is given twice.")]
    [InlineData("""{"access":{"deny":[null]}}""", "access.deny[0]", "This is a text.")]
    [InlineData("""{"access":{"allowCountries":["DEU"]}}""", "access.allowCountries[0]", "A country is two letters (ISO 3166-1 alpha-2), such as DE.")]
    [InlineData("""{"access":{"denyCountries":["D1"]}}""", "access.denyCountries[0]", "A country is two letters (ISO 3166-1 alpha-2), such as DE.")]
    [InlineData("""{"access":{"denyCountries":["DE","de"]}}""", "access.denyCountries[1]", "DE is given twice.")]
    [InlineData("""{"access":{"referrers":{"allow":["https://a.test"]}}}""", "access.referrers.allow[0]", "The host must consist of letters, digits and hyphens, in labels of 1 to 63 octets that neither begin nor end with a hyphen.")]
    [InlineData("""{"access":{"referrers":{"allow":["*"]}}}""", "access.referrers.allow[0]", "The host must consist of letters, digits and hyphens, in labels of 1 to 63 octets that neither begin nor end with a hyphen.")]
    [InlineData("""{"access":{"referrers":{"allow":["*.a.test","*.A.test"]}}}""", "access.referrers.allow[1]", "*.a.test is given twice.")]
    [InlineData("""{"access":{"referrers":{"deny":[]}}}""", "access.referrers.deny", "There is no field 'deny' here.")]
    [InlineData("""{"access":{"signedUrls":[null]}}""", "access.signedUrls[0]", "What is signed is an object.")]
    [InlineData("""{"access":{"signedUrls":[{"keys":[{"id":"a","secret":"MDEyMzQ1Njc4OWFiY2RlZg=="}]}]}}""", "access.signedUrls[0].path", "A path is required.")]
    [InlineData("""{"access":{"signedUrls":[{"path":"/a"}]}}""", "access.signedUrls[0].keys", "At least one key is required.")]
    [InlineData("""{"access":{"signedUrls":[{"path":"/a","keys":[]}]}}""", "access.signedUrls[0].keys", "At least one key is required.")]
    [InlineData("""{"access":{"signedUrls":[{"path":"/a","keys":[null]}]}}""", "access.signedUrls[0].keys[0]", "A key is an object.")]
    [InlineData("""{"access":{"signedUrls":[{"path":"/a","keys":[{"secret":"MDEyMzQ1Njc4OWFiY2RlZg=="}]}]}}""", "access.signedUrls[0].keys[0].id", "An id is required.")]
    [InlineData("""{"access":{"signedUrls":[{"path":"/a","keys":[{"id":"a b","secret":"MDEyMzQ1Njc4OWFiY2RlZg=="}]}]}}""", "access.signedUrls[0].keys[0].id", "An id has 1 to 64 letters, digits and . _ ~ -, as it stands in URLs.")]
    [InlineData("""{"access":{"signedUrls":[{"path":"/a","keys":[{"id":"a","secret":"MDEyMzQ1Njc4OWFiY2RlZg=="},{"id":"a","secret":"MDEyMzQ1Njc4OWFiY2RlZg=="}]}]}}""", "access.signedUrls[0].keys[1].id", "a is given twice.")]
    [InlineData("""{"access":{"signedUrls":[{"path":"/a","keys":[{"id":"a"}]}]}}""", "access.signedUrls[0].keys[0].secret", "A secret is required.")]
    [InlineData("""{"access":{"signedUrls":[{"path":"/a","keys":[{"id":"a","secret":null}]}]}}""", "access.signedUrls[0].keys[0].secret", "A secret is required.")]
    [InlineData("""{"access":{"signedUrls":[{"path":"/a","keys":[{"id":"a","secret":"MDEyMzQ1Njc4OWFiY2Rl"}]}]}}""", "access.signedUrls[0].keys[0].secret", "A secret is base64 (with + and /, and = at its end) of 16 to 256 octets.")]
    [InlineData("""{"access":{"signedUrls":[{"path":"/a","keys":[{"id":"a","secret":"MDEyMzQ1Njc4OWFiY2RlZg"}]}]}}""", "access.signedUrls[0].keys[0].secret", "A secret is base64 (with + and /, and = at its end) of 16 to 256 octets.")]
    [InlineData("""{"access":{"signedUrls":[{"path":"/a","keys":[{"id":"a","secret":"MDEyMzQ1Njc4OWFiY2RlZg==\n"}]}]}}""", "access.signedUrls[0].keys[0].secret", "A secret is base64 (with + and /, and = at its end) of 16 to 256 octets.")]
    [InlineData("""{"access":{"signedUrls":[{"path":"/a","keys":[{"id":"a","secret":"redacted:sha256:01234567"}]}]}}""", "access.signedUrls[0].keys[0].secret", "This is what was shown in place of a credential. Send the credential itself.")]
    [InlineData("""{"access":{"rateLimits":[null]}}""", "access.rateLimits[0]", "A rate limit is an object.")]
    [InlineData("""{"access":{"rateLimits":[{"requests":0,"seconds":1,"by":"address"}]}}""", "access.rateLimits[0].requests", "The number of requests is between 1 and 1000000.")]
    [InlineData("""{"access":{"rateLimits":[{"seconds":1,"by":"address"}]}}""", "access.rateLimits[0].requests", "A number of requests is required.")]
    [InlineData("""{"access":{"rateLimits":[{"requests":1,"seconds":86401,"by":"address"}]}}""", "access.rateLimits[0].seconds", "The number of seconds is between 1 and 86400.")]
    [InlineData("""{"access":{"rateLimits":[{"requests":1,"seconds":1}]}}""", "access.rateLimits[0].by", "What is counted by is required: address, domain or header:NAME.")]
    [InlineData("""{"access":{"rateLimits":[{"requests":1,"seconds":1,"by":"header:"}]}}""", "access.rateLimits[0].by", "What is counted by is address, domain or header:NAME.")]
    [InlineData("""{"access":{"rateLimits":[{"requests":1,"seconds":1,"by":"header:A B"}]}}""", "access.rateLimits[0].by", "What is counted by is address, domain or header:NAME.")]
    [InlineData("""{"access":{"rateLimits":[{"requests":1,"seconds":1,"by":"domain","path":"^(?<n>a)"}]}}""", "access.rateLimits[0].path", "The path's regular expression uses (?<, which not every engine reads alike.")]
    [InlineData("""{"access":{"ips":[]}}""", "access.ips", "There is no field 'ips' here.")]
    [InlineData("""{"limits":{"maxBody":0}}""", "limits.maxBody", "A maxBody is between 1 and 107374182400 octets.")]
    [InlineData("""{"limits":{"maxBody":1e3}}""", "limits.maxBody", "The value has the wrong type or range.")]
    [InlineData("""{"limits":{"maxHeader":1}}""", "limits.maxHeader", "There is no field 'maxHeader' here.")]
    [InlineData("""{"tls":{"caa":[null]}}""", "tls.caa[0]", "A CAA record is an object.")]
    [InlineData("""{"tls":{"caa":[{}]}}""", "tls.caa[0].value", "A value is required.")]
    [InlineData("""{"tls":{"caa":[{"value":"a.test"},{"tag":"issuemail","value":"a.test"}]}}""", "tls.caa[1].tag", "A tag is issue, issuewild or iodef.")]
    [InlineData("""{"steering":{"nodes":0}}""", "steering.nodes", "Between 1 and 8 nodes are named.")]
    [InlineData("""{"steering":{"nodes":9}}""", "steering.nodes", "Between 1 and 8 nodes are named.")]
    [InlineData("""{"steering":{"ttl":0}}""", "steering.ttl", "A ttl is between 1 and 86400 seconds.")]
    [InlineData("""{"steering":{"ttl":86401}}""", "steering.ttl", "A ttl is between 1 and 86400 seconds.")]
    [InlineData("""{"steering":{"pool":"Video"}}""", "steering.pool", "A pool consists of 1 to 63 lower-case letters, digits and hyphens.")]
    [InlineData("""{"steering":{"regions":["eu",""]}}""", "steering.regions[1]", "A region consists of at most 63 lower-case letters, digits and hyphens.")]
    [InlineData("""{"steering":{"regions":["eu","eu"]}}""", "steering.regions[1]", "eu is given twice.")]
    [InlineData("""{"steering":{"regions":"eu"}}""", "steering.regions", "The value has the wrong type or range.")]
    [InlineData("""{"steering":{"weight":1}}""", "steering.weight", "There is no field 'weight' here.")]
    [InlineData("""{"maintenance":{}}""", "maintenance.enabled", "Whether it is enabled is required: true or false.")]
    [InlineData("""{"maintenance":{"enabled":"yes"}}""", "maintenance.enabled", "The value has the wrong type or range.")]
    [InlineData("""{"maintenance":{"enabled":true,"status":200}}""", "maintenance.status", "The status is between 400 and 599.")]
    [InlineData("""{"maintenance":{"enabled":true,"retryAfter":-1}}""", "maintenance.retryAfter", "A retryAfter is between 0 and 2678400 seconds.")]
    [InlineData("""{"maintenance":{"enabled":true,"contentType":"html"}}""", "maintenance.contentType", "A contentType looks like text/html; charset=utf-8.")]
    [InlineData("""{"maintenance":{"enabled":true,"contentType":"text/html\r\nX: y"}}""", "maintenance.contentType", "A contentType looks like text/html; charset=utf-8.")]
    [InlineData("""{"maintenance":{"enabled":true,"allow":["192.0.2.1/31"]}}""", "maintenance.allow[0]", "192.0.2.1/31 has bits beyond its prefix; the network is 192.0.2.0/31, the address alone 192.0.2.1/32.")]
    public Task Who_is_served(string members, string field, string message) => ExpectAsync(members, field, message);

    [Theory]
    [InlineData("rules", """{"path":"/a"}""", 100, "At most 100 rules.")]
    [InlineData("redirects", """{"path":"/a","to":"/b","status":301}""", 100, "At most 100 redirects.")]
    [InlineData("rewrites", """{"path":"/a","to":"/b"}""", 100, "At most 100 rewrites.")]
    [InlineData("headers.request", """{"action":"remove","name":"X-A"}""", 50, "At most 50 actions.")]
    [InlineData("headers.response", """{"action":"remove","name":"X-A"}""", 50, "At most 50 actions.")]
    [InlineData("cors.origins", "\"https://a{0}.test\"", 50, "At most 50 origins.")]
    [InlineData("cache.query.names", "\"a{0}\"", 100, "At most 100 names.", "\"mode\":\"deny\"")]
    [InlineData("cache.bypass.cookies", "\"a{0}\"", 32, "At most 32 cookies.")]
    [InlineData("cache.key.cookies", "\"a{0}\"", 8, "At most 8 cookies.")]
    [InlineData("originPolicy.retryStatuses", "5{0}", 20, "At most 20 statuses.")]
    [InlineData("access.allow", "\"10.0.0.{0}\"", 1000, "At most 1000 networks.")]
    [InlineData("access.signedUrls", """{"path":"/a","keys":[{"id":"a","secret":"MDEyMzQ1Njc4OWFiY2RlZg=="}]}""", 20, "At most 20 paths with signed URLs.")]
    [InlineData("access.rateLimits", """{"requests":1,"seconds":1,"by":"address"}""", 20, "At most 20 rate limits.")]
    public async Task A_list_has_a_bound(string field, string entry, int most, string message, string? beside = null)
    {
        await ExpectAsync(With(most + 1), field, message);
        if (most <= 100)
            await (await ValidateAsync(With(most))).ReadAsync(HttpStatusCode.OK);

        string With(int count)
        {
            var list = $"[{string.Join(',', Enumerable.Range(10, count).Select(i => entry.Replace("{0}", $"{i}", StringComparison.Ordinal)))}]";
            var steps = field.Split('.');
            var inner = $$"""{"{{steps[^1]}}":{{list}}{{(beside is null ? "" : ",")}}{{beside}}}""";
            return steps.SkipLast(1).Reverse().Aggregate(inner, (json, step) => $$"""{"{{step}}":{{json}}}""");
        }
    }

    [Fact]
    public async Task Expressions_have_a_bound_together()
    {
        static string Domain(int redirects) => $$"""
            {"rules":[{{string.Join(',', Enumerable.Range(0, 5).Select(i => $$"""{"path":"^/{{i}}[a-f0-9]{400}"}"""))}}],
            "redirects":[{{string.Join(',', Enumerable.Range(0, redirects).Select(i => $$"""{"path":"^/{{i}}[a-z]{995}","to":"/","status":301}"""))}}]}
            """;

        await (await ValidateAsync(Domain(5))).ReadAsync(HttpStatusCode.OK);
        await ExpectAsync(Domain(7), "redirects",
            "The regular expressions of the domain are too large together: with their repetitions written out they have more than 10000 parts.");
    }

    [Fact]
    public async Task A_page_of_65536_octets_is_the_largest()
    {
        static string Page(int letters) => $$$"""{"maintenance":{"enabled":true,"body":"{{{new string('ä', letters)}}}"}}""";
        await (await ValidateAsync(Page(32768))).ReadAsync(HttpStatusCode.OK);
        await ExpectAsync(Page(32769), "maintenance.body", "A body has at most 65536 octets.");
    }

    [Fact]
    public async Task The_same_is_named_wherever_a_domain_is_written()
    {
        var name = Answers.FreshDomain();
        await (await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name))).ReadAsync(HttpStatusCode.Created);
        const string Members = """{"rules":[{"path":"/a","query":{"mode":"allow","names":["a","b&"]}}]}""";
        const string Field = "rules[0].query.names[1]";

        Assert.Equal([Field], await (await api.Client.PostJsonAsync("/api/v1/domains", Body(Members))).InvalidFieldsAsync());
        Assert.Equal([Field], await (await api.Client.PutJsonAsync($"/api/v1/domains/{name}", Body(Members, name))).InvalidFieldsAsync());
        Assert.Equal([Field], await (await api.Client.PatchDomainAsync(name, Members)).InvalidFieldsAsync());
        Assert.Equal([Field], await (await api.Client.PutJsonAsync($"/api/v1/domains/{name}/cache-rules", Members)).InvalidFieldsAsync());
        var import = await api.Client.PostAsync(
            "/api/v1/domains/import", new StringContent(Body(Members, name), System.Text.Encoding.UTF8, "application/x-ndjson"));
        var line = JsonNode.Parse((await import.Content.ReadAsStringAsync()).Split('\n')[0])!;
        Assert.Equal(Field, Assert.Single(line["errors"]!.AsObject()).Key);
    }

    private async Task ExpectAsync(string members, string field, string message)
    {
        var problem = await (await ValidateAsync(members)).ReadAsync(HttpStatusCode.BadRequest);
        var errors = problem["errors"]!.AsObject().Select(e => $"{e.Key}: {string.Join(" | ", e.Value!.AsArray())}");
        Assert.Equal([$"{field}: {message}"], errors);
    }

    private Task<HttpResponseMessage> ValidateAsync(string members) => api.Client.PostJsonAsync("/api/v1/domains/validate", Body(members));

    private static string Body(string members, string name = "a.test")
    {
        var origins = members.Contains("\"origins\":[{", StringComparison.Ordinal) ? "" : $$""" "origins":[{{{Origin}}}], """;
        return $$"""{"name":"{{name}}",{{origins}}{{members[1..]}}""";
    }
}
