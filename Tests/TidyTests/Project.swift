import Glibc

/// The working copy that this test was built from.
enum Project {
    /// Found from where this file lies, so that the tests can be run from any folder.
    static let root = String(#filePath.dropLast("/Tests/TidyTests/Project.swift".count))

    /// What is committed or could be: tracked files, and new ones that are not ignored.
    static func files() throws -> [SourceFile] { try read.get() }

    private static let read = Result { try readFiles() }

    private static func readFiles() throws -> [SourceFile] {
        let list = try output(of: "git -C '\(root)' ls-files -z --cached --others --exclude-standard")
        let paths = list.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        // A file that was removed but not yet committed is still in git's list.
        return try Set(paths).sorted().filter { access("\(root)/\($0)", F_OK) == 0 }.map { path in
            let bytes = try bytes(of: "\(root)/\(path)")
            return SourceFile(path: path, text: String(decoding: bytes, as: UTF8.self), size: bytes.count)
        }
    }

    private static func bytes(of path: String) throws -> [UInt8] {
        guard let file = fopen(path, "r") else { throw Unreadable(description: "cannot read \(path)") }
        defer { fclose(file) }
        return rest(of: file)
    }

    private static func output(of command: String) throws -> [UInt8] {
        guard let pipe = popen(command, "r") else { throw Unreadable(description: "cannot run \(command)") }
        let bytes = rest(of: pipe)
        guard pclose(pipe) == 0 else { throw Unreadable(description: "this failed: \(command)") }
        return bytes
    }

    private static func rest(of file: UnsafeMutablePointer<FILE>) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return bytes
    }
}

struct Unreadable: Error, CustomStringConvertible {
    let description: String
}
