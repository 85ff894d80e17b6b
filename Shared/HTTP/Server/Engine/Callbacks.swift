import CMicroHTTPD
import CMicroHTTPDShims
import Glibc
import HTTPMessages

// The functions libmicrohttpd calls, each on the event loop thread that owns the connection. They only turn C arguments
// into objects; what happens is in `Exchange` and `Connection`. libmicrohttpd passes none of the pointers as NULL but where
// an `Optional` is looked at twice.

/// The request line is in. The only place to have the target as it was sent; what is returned becomes `access`'s slot.
func targetReceived(
    context: UnsafeMutableRawPointer?, target: UnsafePointer<CChar>?, connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let target = unsafe target, let client = unsafe client(of: connection) else { return nil }
    unsafe client.received(target: Array(UnsafeRawBufferPointer(start: target, count: strlen(target))))
    return nil
}

/// Called once when the headers are in, then per piece of body, then when the request is whole, then again after each
/// resume. Answering `MHD_NO` closes the connection.
func access(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    path: UnsafePointer<CChar>?, method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?,
    upload: UnsafePointer<CChar>?, uploadSize: UnsafeMutablePointer<Int>?,
    slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let slot = unsafe slot, let pointer = unsafe connection, let method = unsafe method else { return .NO }
    guard let known = unsafe slot.pointee else {
        guard let loop = unsafe loop(context), let client = unsafe client(of: connection) else { return .NO }
        let handle = unsafe MHDConnection(pointer, loop.wakeup)
        let exchange = Exchange(server: loop.core, connection: client, handle: handle)
        unsafe slot.pointee = Unmanaged.passRetained(exchange).toOpaque()
        client.began(exchange)
        return unsafe exchange.headersReceived(method: Method(rawValue: String(cString: method))) ? .YES : .NO
    }
    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(known).takeUnretainedValue()
    if let upload = unsafe upload, let uploadSize = unsafe uploadSize, unsafe uploadSize.pointee > 0 {
        let taken = unsafe exchange.bodyReceived(UnsafeRawBufferPointer(start: upload, count: uploadSize.pointee))
        unsafe uploadSize.pointee = 0
        return taken ? .YES : .NO
    }
    return exchange.requestReceived() ? .YES : .NO
}

/// The request is over: sent, cut, timed out or shut down. Not called for requests that `access` never saw.
func completed(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, reason: MHD_RequestTerminationCode
) {
    guard let slot = unsafe slot, let known = unsafe slot.pointee, let server = unsafe loop(context)?.core else {
        return
    }
    unsafe slot.pointee = nil
    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(known).takeRetainedValue()
    exchange.completed()
    exchange.connection.ended(next: server.settings.headerTimeout)
}

/// A socket has been accepted, or is about to be closed.
func connectionChanged(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, change: MHD_ConnectionNotificationCode
) {
    guard let slot = unsafe slot, let server = unsafe loop(context)?.core else { return }
    if change == .CONNECTION_NOTIFY_STARTED {
        let client = unsafe server.opened(socket: httpd_socket(connection))
        unsafe slot.pointee = Unmanaged.passRetained(client).toOpaque()
    } else if let known = unsafe slot.pointee {
        unsafe slot.pointee = nil
        server.closed(unsafe Unmanaged<Connection>.fromOpaque(known).takeRetainedValue())
    }
}

/// libmicrohttpd complains, mostly of clients. Also called while the daemon starts.
func log(context: UnsafeMutableRawPointer?, message: UnsafePointer<CChar>?) {
    guard let message = unsafe message, let server = unsafe loop(context)?.core else { return }
    unsafe server.settings.log?(String(cString: message))
}

private func loop(_ context: UnsafeMutableRawPointer?) -> EventLoop.Context? {
    unsafe context.map { unsafe Unmanaged<EventLoop.Context>.fromOpaque($0).takeUnretainedValue() }
}

private func client(of connection: OpaquePointer?) -> Connection? {
    unsafe httpd_socket_context(connection).map { unsafe Unmanaged<Connection>.fromOpaque($0).takeUnretainedValue() }
}
