public import HTTPMessages

/// A whole request, body included: a handler runs only when all of it is there.
public struct Request: Sendable, Equatable {
    public var method: Method
    public var target: Target
    public var headers: Fields
    public var body: [UInt8]

    public init(_ method: Method, _ target: Target, headers: Fields = [:], body: [UInt8] = []) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }
}
