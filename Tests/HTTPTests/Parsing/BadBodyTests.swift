import HTTPServer
import TestSupport
import Testing

/// Whatever a body holds, it is decoded or refused with a problem that names the place; nothing ends the process.
struct BadBodyTests {
    private struct Report: Decodable {
        struct Photo: Decodable {
            var width: UInt8
            var url: String?
        }

        var grid: Int
        var photos: [Photo]?
        var marks: [String: Bool]?
        var size: Double?
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `a body is decoded or refused`(seed: UInt64) {
        let good = #"{"grid":7,"photos":[{"width":255,"url":"柳😀"}],"marks":{"a":true},"size":1e3,"x":[null,-0.5]}"#
        var mutator = ByteMutator(seed: seed)
        for _ in 0..<ByteMutator.rounds {
            do throws(Problem) {
                _ = try JSON.decode(Report.self, from: mutator.mutate(Array(good.utf8)), depth: 5)
            } catch {
                #expect((400..<500).contains(error.status.code))
            }
        }
    }
}
