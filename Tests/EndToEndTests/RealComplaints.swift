import Foundation

/// Real hotline messages, for tests only; they are no part of the project.
enum RealComplaints {
    static let path: String? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let shared =
            ProcessInfo.processInfo.environment["MUSTER_SHARED"].map { URL(filePath: $0) }
            ?? root.deletingLastPathComponent().appending(path: "shared")
        let file = shared.appending(path: "data/hotline/messages.csv")
        return FileManager.default.isReadableFile(atPath: file.path) ? file.path : nil
    }()
}
