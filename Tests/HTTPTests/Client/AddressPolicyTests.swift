import HTTPServer
import Testing

@testable import HTTPClient

@Suite struct AddressPolicyTests {
    @Test(arguments: [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]",
        "0.0.0.0", "[::]",
    ])
    func `this machine is refused in every spelling`(host: String) async throws {
        let seen = Counter()
        let router = Router([
            Route(.get, "/") { _ in
                seen.add()
                return .noContent
            }
        ])
        var settings = Client.Settings()
        settings.addresses = .publicOnly
        try await withServer(router) { server in
            try await withClient(settings) { client in
                let error = await #expect(throws: ClientError.self) {
                    try await client.send(.init(.get, "http://\(host):\(server.port)/", timeout: .seconds(5)))
                }
                #expect(error?.kind == .forbiddenAddress)
                #expect(error?.wasSent == false)
            }
        }
        #expect(seen.count == 0)
    }

    @Test(
        arguments: [
            (0x0808_0808, true), (0x0101_0101, true), (0x0a00_0001, false), (0x0aff_ffff, false), (0x0b00_0000, true),
            (0x6440_0001, false), (0x647f_ffff, false), (0x6480_0000, true), (0x7f00_0001, false), (0xa9fe_a9fe, false),
            (0xac10_0001, false), (0xac1f_ffff, false), (0xac20_0000, true), (0xc000_0001, false), (0xc0a8_0001, false),
            (0xc0a9_0000, true), (0xc612_0001, false), (0xcb00_7101, false), (0xe000_0001, false), (0xffff_ffff, false),
            (0x0000_0000, false),
        ] as [(UInt32, Bool)])
    func `an IPv4 address is public or not`(address: UInt32, isPublic: Bool) {
        #expect(AddressPolicy.isPublic(v4: address) == isPublic)
    }

    @Test(
        arguments: [
            ([0x26, 0x06, 0x47, 0x00], true), ([0x2a, 0x00, 0, 0], true), ([0x20, 0x01, 0x48, 0x60], true),
            ([0x20, 0x01, 0x00, 0x00], false), ([0x20, 0x01, 0x01, 0xff], false), ([0x20, 0x01, 0x0d, 0xb8], false),
            ([0x20, 0x02, 0x7f, 0x00], false), ([0x3f, 0xff, 0x00, 0x01], false), ([0x3f, 0xff, 0x10, 0x00], true),
            ([0xfe, 0x80, 0, 0], false), ([0xfc, 0, 0, 0], false), ([0xff, 0x02, 0, 0], false), ([0, 0, 0, 0], false),
            ([0x00, 0x64, 0xff, 0x9b], false),
        ] as [([UInt8], Bool)])
    func `an IPv6 address is public or not`(start: [UInt8], isPublic: Bool) {
        #expect(AddressPolicy.isPublic(v6: start + [UInt8](repeating: 0, count: 12)) == isPublic)
    }
}
