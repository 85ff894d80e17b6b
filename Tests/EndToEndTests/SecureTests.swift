import Contracts
import Foundation
import Kafka
import TestSupport
import Testing

/// Muster on servers that take nobody without TLS, a certificate and a password.
@Suite(.timeLimit(.minutes(5)))
struct SecureTests {
    @Test(.needsPostgres, .needsRealKafka, SecureServers.needs)
    func `over TLS a finding becomes a notice, and whatever is wrong is named, without a secret`() async throws {
        try await SecureCity.use { city in
            // Given services whose certificates, names and passwords are right, and others with one fault each
            for program in city.programs { try program.start() }
            let faults = Fault.all
            let faulty = try faults.enumerated().map { try city.start($1, number: $0) }
            defer { for program in faulty { program.kill() } }
            async let said = Program.aside { try city.mistakesAtTheCommandLine() }
            for program in city.programs { try await city.becomes(program, nil) }
            try city.loadDirectory()
            // When a chief reports something, then whoever must know is told
            try await city.report("f-1")
            try await city.noticesCome()
            #expect(try await city.sessionsInTheClear() == 0)
            // And those with a fault say what it is, and what to do, and so does the command line
            for (fault, program) in zip(faults, faulty) {
                try await city.becomes(program, fault.says, fault.name)
                #expect(fault.logs.isEmpty || program.words.contains(fault.logs), "\(fault.name): \(program.lastWords)")
            }
            for mistake in try await said {
                #expect(mistake.said.contains(mistake.expected), "\(mistake.said)")
                #expect(city.servers.secrets(in: mistake.said) == [])
            }
            // And nobody writes down a secret
            for program in city.programs + faulty {
                #expect(city.servers.secrets(in: program.words) == [], "\(program.name)-\(program.replica)")
            }
        }
    }
}
