#if MUSTER_FAULTS
    import Glibc
    import Threads

    /// What the harness tells this process, and is told by it, in files whose names begin with `MUSTER_FAULTS`:
    /// - `.armed`: one line, `number point action passes`: at which pass of which point what is to happen; the number tells one
    ///   order from the next. Read at each pass.
    /// - `.fired`: a line for each time that it did happen, written before it does.
    /// - `.clock`: by how many milliseconds the wall clock is off.
    /// - `.flight`: how many batches, outbox reads, sends and timers are under way, one native 64-bit integer each.
    enum FaultFiles {
        static let prefix = variable("MUSTER_FAULTS")

        static func variable(_ name: String) -> String? {
            guard let value = getenv(name), value[0] != 0 else { return nil }
            return String(cString: value)
        }

        static func read(_ suffix: String) -> String? {
            guard let prefix, let file = fopen(prefix + suffix, "r") else { return nil }
            defer { fclose(file) }
            var bytes = [UInt8](repeating: 0, count: 256)
            let count = fread(&bytes, 1, bytes.count, file)
            return String(decoding: bytes[..<count], as: UTF8.self)
        }

        static func append(_ line: String, to suffix: String) {
            guard let prefix, let file = fopen(prefix + suffix, "a") else { return }
            fputs(line + "\n", file)
            fclose(file)
        }
    }

    /// An order of the harness.
    struct FaultOrder: Equatable, Sendable {
        enum Action: Equatable, Sendable {
            case kill, stop, fail
            case delay(milliseconds: UInt32)

            init?(_ word: Substring) {
                switch word {
                case "kill": self = .kill
                case "stop": self = .stop
                case "fail": self = .fail
                default:
                    guard word.hasPrefix("delay="), let time = UInt32(word.dropFirst("delay=".count)) else {
                        return nil
                    }
                    self = .delay(milliseconds: time)
                }
            }
        }

        let number: Substring
        let point: Substring
        let action: Action
        let passes: Int

        init?(_ line: String) {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count == 4, let action = Action(words[2]), let passes = Int(words[3]) else { return nil }
            (number, point, self.action, self.passes) = (words[0], words[1], action, passes)
        }
    }

    /// The order under way, and how often its point was passed.
    private let orders = Lock<(order: FaultOrder?, passes: Int)>((nil, 0))

    extension Failpoint {
        /// Does here what the harness ordered, if it did.
        public func pass() { _ = carryOut() }

        /// The same, where an error that passes may come.
        public func passOrFail() throws {
            if carryOut() { throw InjectedFault(point: self) }
        }

        /// - Returns: whether the caller is to fail.
        private func carryOut() -> Bool {
            guard let order = FaultFiles.read(".armed").flatMap({ FaultOrder($0) }), order.point == "\(self)" else {
                return false
            }
            let isTurn = orders.withLock { known in
                if known.order != order { known = (order, 0) }
                known.passes += 1
                return known.passes == order.passes
            }
            guard isTurn else { return false }
            FaultFiles.append("\(order.number) \(self)", to: ".fired")
            switch order.action {
            case .kill: kill(getpid(), SIGKILL)
            case .stop: kill(getpid(), SIGSTOP)
            case .delay(let milliseconds): usleep(milliseconds * 1_000)
            case .fail: return true
            }
            return false
        }
    }

    extension FaultClock {
        public static var milliseconds: Int64 {
            FaultFiles.read(".clock").flatMap { Int64($0.filter { !$0.isWhitespace }) } ?? 0
        }
    }

    struct InjectedFault: Error { let point: Failpoint }

    extension Guard {
        private static let off = Set(
            (FaultFiles.variable("MUSTER_GUARDS_OFF") ?? "").split(separator: ",").map(String.init))

        public var isOff: Bool { Self.off.contains("\(self)") }
    }

    extension InFlight {
        private static let counts = Lock([Int64](repeating: 0, count: InFlight.allCases.count))
        private static let file = FaultFiles.prefix.map { open($0 + ".flight", O_WRONLY | O_CREAT | O_TRUNC, 0o644) }

        public func began() { change(by: 1) }
        public func ended() { change(by: -1) }

        private func change(by difference: Int64) {
            guard let file = Self.file else { return }
            Self.counts.withLock { counts in
                counts[rawValue] += difference
                _ = pwrite(file, counts, counts.count * 8, 0)
            }
        }
    }
#endif
