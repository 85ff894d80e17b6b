import CCurl
// Not for its functions: in an optimized build the whole module sees libcurl's constants as those of whichever of the two
// modules was loaded first, since both include the same header.
import CCurlShims

/// All requests under way. A value of the client's thread.
struct Transfers {
    /// libcurl's multi handle, as an address.
    private let multi: UInt
    private let settings: Client.Settings
    /// By the address of libcurl's handle.
    private var byHandle: [UInt: Transfer] = [:]
    private var byOrder: [ObjectIdentifier: Transfer] = [:]
    /// Handles to be used again: a reset is cheaper than a new one.
    private var spare: [EasyHandle] = []

    init(_ multi: UInt, _ settings: Client.Settings) {
        self.multi = multi
        self.settings = settings
    }

    private var pointer: UnsafeMutableRawPointer? { unsafe UnsafeMutableRawPointer(bitPattern: multi) }

    mutating func start(_ order: Order) {
        guard order.isOpen else { return }
        guard let easy = spare.popLast() ?? EasyHandle() else {
            return order.answer(.failure(ClientError(.other, "no memory for a transfer", wasSent: false)))
        }
        let transfer = Transfer(easy, order, settings)
        let code = transfer.prepare()
        guard code == CURLE_OK, unsafe curl_multi_add_handle(pointer, easy.pointer) == CURLM_OK else {
            let error = code == CURLE_OK ? CURLE_OUT_OF_MEMORY : code
            return order.answer(.failure(ClientError(error, wasSent: false)))
        }
        byHandle[easy.address] = transfer
        byOrder[ObjectIdentifier(order)] = transfer
    }

    /// Hands over the answers of all transfers that libcurl is done with.
    mutating func finish() {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(pointer, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
            // Read before the handle is removed, which frees the message.
            let code = unsafe message.pointee.data.result
            guard let transfer = byHandle[UInt(bitPattern: unsafe message.pointee.easy_handle)] else { continue }
            let result = transfer.result(code)
            remove(transfer)
            transfer.order.answer(result)
        }
    }

    mutating func cancel(_ order: Order) {
        if let transfer = byOrder[ObjectIdentifier(order)] { remove(transfer) }
    }

    mutating func close() {
        for transfer in byHandle.values {
            unsafe curl_multi_remove_handle(pointer, transfer.easy.pointer)
            transfer.order.answer(.failure(ClientError.closed(wasSent: transfer.wasSent)))
        }
        byHandle = [:]
        byOrder = [:]
        spare = []
    }

    private mutating func remove(_ transfer: Transfer) {
        unsafe curl_multi_remove_handle(pointer, transfer.easy.pointer)
        byHandle[transfer.easy.address] = nil
        byOrder[ObjectIdentifier(transfer.order)] = nil
        guard spare.count < settings.connectionsPerHost else { return }
        transfer.easy.reset()
        spare.append(transfer.easy)
    }
}
