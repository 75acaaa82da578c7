namespace Cirrus.Tests.Programs;

/// <summary>Name servers as secondaries of a zone, each with its own key for it and all primaries on this machine.</summary>
/// <param name="Secret">In base64.</param>
/// <param name="Primaries">Their ports.</param>
internal sealed record SecondaryPrograms(string Folder, string Zone, int Port, string Key, string Secret, IReadOnlyList<int> Primaries)
{
    /// <summary>As we deploy it.</summary>
    public ChildProcess StartNsd() => ChildProcess.Start(
        Repository.At("deploy/nsd/bin/secondary"), "nsd", [],
        new Dictionary<string, string>
        {
            ["CIRRUS_NS_LISTEN"] = "127.0.0.1",
            ["CIRRUS_NS_PORT"] = $"{Port}",
            ["CIRRUS_NS_ZONE"] = Zone,
            ["CIRRUS_NS_PRIMARY"] = string.Join(',', Primaries.Select(p => $"127.0.0.1@{p}")),
            ["CIRRUS_NS_TSIG_KEY"] = Key,
            ["CIRRUS_NS_TSIG_SECRET"] = Secret,
            ["CIRRUS_NS_DATA"] = Folder,
            ["CIRRUS_NS_WRITE_INTERVAL"] = "1",
        });

    public ChildProcess StartKnot() => ChildProcess.Start("knotd", "knot", ["-c", Written("knot.conf", $"""
        server:
            rundir: "{Folder}"
            listen: 127.0.0.1@{Port}
        log:
          - target: stderr
            any: info
        database:
            storage: "{Folder}"
        key:
          - id: {Key}
            algorithm: hmac-sha256
            secret: {Secret}
        remote:
        {string.Join('\n', Primaries.Select(p => $"  - id: primary{p}\n    address: 127.0.0.1@{p}\n    key: {Key}"))}
        acl:
          - id: notify
            address: 127.0.0.1
            key: {Key}
            action: notify
          - id: read
            address: 127.0.0.1
            action: transfer
        zone:
          - domain: {Zone}
            storage: "{Folder}"
            master: [{string.Join(", ", Primaries.Select(p => $"primary{p}"))}]
            acl: [notify, read]
        """)]);

    public ChildProcess StartBind() => ChildProcess.Start("named", "bind9", ["-g", "-c", Written("named.conf", $$"""
        options {
          directory "{{Folder}}";
          pid-file "{{Folder}}/named.pid";
          session-keyfile "{{Folder}}/session.key";
          listen-on port {{Port}} { 127.0.0.1; };
          listen-on-v6 { none; };
          recursion no;
          dnssec-validation no;
          notify no;
          serial-query-rate 1000;
          allow-transfer { 127.0.0.1; };
        };
        controls { };
        key "{{Key}}" { algorithm hmac-sha256; secret "{{Secret}}"; };
        zone "{{Zone}}" {
          type secondary;
          file "zone";
          primaries { {{string.Join(' ', Primaries.Select(p => $"127.0.0.1 port {p} key {Key};"))}} };
          allow-notify { key {{Key}}; };
        };
        """)]);

    private string Written(string name, string configuration)
    {
        Directory.CreateDirectory(Folder);
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, configuration);
        return path;
    }
}
