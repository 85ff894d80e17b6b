import CMicroHTTPD
import CMicroHTTPDShims
import HTTPMessages

/// A connection of libmicrohttpd's, held as an address.
///
/// Swift 6 does not let a pointer cross to another thread, as it cannot know what guards the pointee. Here `Exchange` and
/// `BodyPipe` guard it: they use the address only under their lock and only until libmicrohttpd has told them that the
/// request is over.
struct MHDConnection: Sendable {
    private let address: UInt
    private let wakeup: Wakeup

    init(_ pointer: OpaquePointer, _ wakeup: Wakeup) {
        address = UInt(bitPattern: pointer)
        self.wakeup = wakeup
    }

    private var pointer: OpaquePointer {
        guard let pointer = unsafe OpaquePointer(bitPattern: address) else {
            preconditionFailure("made from a pointer")
        }
        return unsafe pointer
    }

    /// Takes the connection out of its event loop. Only from a callback on that loop's thread.
    func suspend() { unsafe MHD_suspend_connection(pointer) }

    /// Hands the connection back to its event loop, from any thread. Once per `suspend`.
    func resume() {
        unsafe MHD_resume_connection(pointer)
        wakeup.signal()
    }

    /// Bytes of request line and header fields.
    var headerSize: Int { unsafe httpd_header_size(pointer) }

    func fields(_ kind: MHD_ValueKind) -> Fields {
        var fields = Fields()
        unsafe withUnsafeMutablePointer(to: &fields) { target in
            _ = unsafe MHD_get_connection_values_n(pointer, kind, appendField, target)
        }
        return fields
    }

    /// Queues the answer. False when libmicrohttpd refuses it: the caller then closes the connection.
    func queue(_ status: Status, _ response: borrowing MHDResponse) -> Bool {
        unsafe response.queue(on: pointer, status: UInt32(status.code))
    }
}

private func appendField(
    target: UnsafeMutableRawPointer?, kind: MHD_ValueKind,
    name: UnsafePointer<CChar>?, nameSize: Int, value: UnsafePointer<CChar>?, valueSize: Int
) -> MHD_Result {
    guard let target = unsafe target else { return .NO }
    unsafe target.assumingMemoryBound(to: Fields.self).pointee.append(text(name, nameSize), text(value, valueSize))
    return .YES
}

/// Bytes that are not UTF-8 become U+FFFD: the standard leaves their meaning open.
private func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
    unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count), as: UTF8.self)
}
