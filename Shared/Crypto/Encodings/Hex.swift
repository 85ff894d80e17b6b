/// Hexadecimal text: two digits a byte, high one first.
public enum Hex {
    /// Lower case.
    public static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes { append(byte, to: &text) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Two digits, lower case.
    public static func append(_ byte: UInt8, to text: inout [UInt8]) {
        text.append(digit(byte >> 4))
        text.append(digit(byte & 15))
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    /// Either case. Nil for an odd number of digits or anything that is no digit, spaces and `0x` included.
    public static func decode(_ text: String) -> [UInt8]? {
        let text = text.utf8
        guard text.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        var digits = text.makeIterator()
        for _ in 0..<text.count / 2 {
            guard let byte = byte(from: &digits) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    /// The byte of the next two digits, of either case; nil where they are none.
    public static func byte(from text: inout String.UTF8View.Iterator) -> UInt8? {
        guard let high = text.next().flatMap(value), let low = text.next().flatMap(value) else { return nil }
        return high << 4 | low
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
