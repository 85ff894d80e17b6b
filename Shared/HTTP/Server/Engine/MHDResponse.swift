import CMicroHTTPD

/// An answer in libmicrohttpd's form. libmicrohttpd counts references: it keeps its own while it sends.
@safe
struct MHDResponse: ~Copyable {
    private let pointer: OpaquePointer
    /// `MHD_SIZE_UNKNOWN`, a macro that Swift does not import.
    private static let unknownSize = UInt64.max

    init?(_ bytes: [UInt8]) {
        let made = unsafe bytes.withUnsafeBytes { bytes in
            // MUST_COPY: libmicrohttpd sends after `bytes` is gone.
            unsafe MHD_create_response_from_buffer(
                bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
        }
        guard let made = unsafe made else { return nil }
        unsafe pointer = made
    }

    /// libmicrohttpd keeps the pipe until it has freed the response.
    init?(_ pipe: BodyPipe) {
        let context = unsafe Unmanaged.passRetained(pipe)
        let made = unsafe MHD_create_response_from_callback(
            Self.unknownSize, 16_384,
            { context, _, buffer, size in
                guard let context = unsafe context, let buffer = unsafe buffer else {
                    return MHD_CONTENT_READER_END_WITH_ERROR
                }
                let pipe = unsafe Unmanaged<BodyPipe>.fromOpaque(context).takeUnretainedValue()
                return unsafe pipe.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
            },
            context.toOpaque(),
            { context in
                guard let context = unsafe context else { return }
                unsafe Unmanaged<BodyPipe>.fromOpaque(context).takeRetainedValue().freed()
            }
        )
        guard let made = unsafe made else {
            unsafe context.release()
            return nil
        }
        unsafe pointer = made
    }

    deinit { unsafe MHD_destroy_response(pointer) }

    /// False for what HTTP cannot carry, such as a line break.
    borrowing func add(_ name: String, _ value: String) -> Bool {
        unsafe MHD_add_response_header(pointer, name, value) == .YES
    }

    borrowing func queue(on connection: OpaquePointer, status: UInt32) -> Bool {
        unsafe MHD_queue_response(connection, status, pointer) == .YES
    }
}
