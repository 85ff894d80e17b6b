import FoundationEssentials
import HTTPMessages
import HTTPServer

/// An answer as it came over the wire.
struct RawAnswer: Sendable, Equatable {
    let status: Int
    let headers: Fields
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as a problem; nil when it is none.
    var problem: ProblemBody? { ProblemBody(status: status, headers: headers, body: body) }

    /// Nil while some of it is missing.
    ///
    /// - Parameter end: set to the number of bytes it takes.
    init?(_ bytes: [UInt8], isHEAD: Bool, end: inout Int) {
        guard let gap = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<gap.lowerBound], as: UTF8.self).split(separator: "\r\n")
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return nil }
        self.status = status
        headers = Fields(
            lines.dropFirst().map { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                return .init(
                    name: String(parts[0]), value: parts.count > 1 ? parts[1].trimmingPrefix(" ").description : "")
            })
        let rest = bytes[gap.upperBound...]
        if isHEAD || status == 100 || status == 204 {
            body = []
            end = gap.upperBound
        } else if headers["Transfer-Encoding"] == "chunked" {
            guard let (body, length) = Self.chunked(rest) else { return nil }
            self.body = body
            end = gap.upperBound + length
        } else {
            let length = headers["Content-Length"].flatMap { Int($0) } ?? 0
            guard rest.count >= length else { return nil }
            body = Array(rest.prefix(length))
            end = gap.upperBound + length
        }
    }

    private static func chunked(_ bytes: ArraySlice<UInt8>) -> (body: [UInt8], length: Int)? {
        var body: [UInt8] = []
        var rest = bytes
        while true {
            guard let lineEnd = rest.firstRange(of: Array("\r\n".utf8)),
                let size = Int(String(decoding: rest[..<lineEnd.lowerBound], as: UTF8.self), radix: 16)
            else { return nil }
            rest = rest[lineEnd.upperBound...]
            guard rest.count >= size + 2 else { return nil }
            body += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
            if size == 0 { return (body, bytes.count - rest.count) }
        }
    }
}

/// What a client's program reads of a problem.
struct ProblemBody: Equatable {
    struct Violation: Decodable, Equatable {
        var pointer: String?
        var parameter: String?
        var header: String?
        var detail: String
    }

    private struct Members: Decodable {
        var type: String
        var status: Int
        var detail: String?
        var errors: [Violation]?
    }

    let type: String
    var detail: String?
    var errors: [Violation] = []

    /// Nil unless the content type, the status and the body agree that it is a problem.
    init?(status: Int, headers: Fields, body: [UInt8]) {
        guard headers["Content-Type"] == "application/problem+json",
            let members = try? JSONDecoder().decode(Members.self, from: Data(body)), members.status == status
        else { return nil }
        type = members.type
        detail = members.detail
        errors = members.errors ?? []
    }

    init?(_ response: Response) {
        guard case .bytes(let body) = response.body else { return nil }
        self.init(status: response.status.code, headers: response.headers, body: body)
    }
}
