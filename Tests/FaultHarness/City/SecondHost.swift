import Foundation

/// Another host: a network namespace with a cable to this one, on which the way to and from it can be cut, one way or both.
///
/// The servers listen on this host's loopback, and Kafka says so to its clients: what the other host sends to its own
/// loopback under their ports goes over the cable to relays, which pass it on.
final class SecondHost: Sendable {
    let address: String
    private let name: String
    private let relays: [Relay]

    /// - Parameter urls: of what is to be reached, each with ports of 127.0.0.1 in it.
    /// - Throws: `Skipped` where this machine lets us make none.
    init(reaching urls: [String]) throws {
        let number = Int.random(in: 0..<16_000)
        name = "muster-\(number)"
        let (near, far) = (Self.address(number * 4 + 1), Self.address(number * 4 + 2))
        address = far
        let ports = urls.flatMap { url in url.split { "/@,".contains($0) } }.filter { $0.hasPrefix("127.0.0.1:") }
            .compactMap { UInt16($0.dropFirst("127.0.0.1:".count)) }
        let cable = "mh\(number)"
        do {
            try Self.shell(
                """
                set -e
                ip netns add \(name)
                ip link add \(cable) type veth peer name eth0 netns \(name)
                ip addr add \(near)/30 dev \(cable)
                ip link set \(cable) up
                ip -n \(name) addr add \(far)/30 dev eth0
                ip -n \(name) link set eth0 up
                ip -n \(name) link set lo up
                ip netns exec \(name) sysctl -q -w net.ipv4.conf.all.route_localnet=1
                ip netns exec \(name) nft -f - <<'END'
                table ip nat {
                    chain output { type nat hook output priority -100;
                        ip daddr 127.0.0.1 tcp dport { \(ports.map(String.init).joined(separator: ", ")) } dnat to \(near)
                    }
                    chain postrouting { type nat hook postrouting priority 100; oifname "eth0" masquerade; }
                }
                table ip harm {
                    chain in { type filter hook input priority 0; }
                    chain out { type filter hook output priority 0; }
                }
                END
                """)
            relays = try ports.map { try Relay(on: near, $0) }
        } catch {
            _ = try? Self.shell("ip netns del \(name)")
            throw Skipped(reason: "this machine lets us make no network namespace, or has no ip and nft: \(error)")
        }
    }

    func remove() {
        for relay in relays { relay.close() }
        _ = try? Self.shell("ip netns del \(name)")
    }

    func running(_ program: URL) -> (URL, [String]) {
        (URL(filePath: "/bin/sh"), ["-c", "exec ip netns exec \(name) \(program.path)"])
    }

    enum Way: CaseIterable { case both, fromIt, toIt }

    /// What is sent that way gets lost from now on, without anybody being told.
    func cut(_ way: Way) throws {
        let chains =
            switch way {
            case .both: ["in", "out"]
            case .fromIt: ["out"]
            case .toIt: ["in"]
            }
        let device = ["in": "iifname", "out": "oifname"]
        try Self.shell(
            chains.map { "ip netns exec \(name) nft add rule ip harm \($0) \(device[$0] ?? "") eth0 drop" }.joined(
                separator: " && "))
    }

    /// Whatever goes to the servers or comes back from them takes so much longer.
    func delay(milliseconds: Int) { for relay in relays { relay.delay(milliseconds: milliseconds) } }

    func heal() throws {
        delay(milliseconds: 0)
        try Self.shell("ip netns exec \(name) nft flush table ip harm")
    }

    private static func address(_ number: Int) -> String { "10.201.\(number / 256).\(number % 256)" }

    @discardableResult
    private static func shell(_ script: String) throws -> String {
        try Programs.run(URL(filePath: "/bin/sh"), ["-c", script], ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"])
    }
}
