import Testing

@testable import muster_credit

struct CurveTests {
    let hours: Curve

    init() throws {
        let item = try #require(try Sample.standardRules().versions.first?.items["volunteer-hours"])
        hours = try #require(item.worth.curve)
    }

    /// Weihai's table (fgw.weihai.gov.cn, 5 March 2020): 1 point an hour up to 20, per 2 hours up to 80, per 3 hours up to
    /// 200, per 4 hours up to 500.
    @Test(arguments: [
        (0, 0), (1, 1), (20, 20), (22, 21), (80, 50), (83, 51), (200, 90), (204, 91), (500, 165), (501, 165),
        (2_000, 165),
    ])
    func `hours of a year are worth what the table says`(hours: Int, points: Int) {
        #expect(self.hours.total(for: hours * 100) == Points(points))
    }

    @Test func `a total is rounded down to hundredths, once`() {
        // 80.01 h: a third of a hundredth above 50 points; 80.03 h: one whole one.
        #expect(hours.total(for: 8_001) == Points(hundredths: 5_000))
        #expect(hours.total(for: 8_002) == Points(hundredths: 5_000))
        #expect(hours.total(for: 8_003) == Points(hundredths: 5_001))
        // Halves and thirds that meet at a tier's end add up exactly.
        #expect(hours.total(for: 2_001) == Points(hundredths: 2_000))
        #expect(hours.total(for: 2_002) == Points(hundredths: 2_001))
    }

    @Test func `a tier that ends between two points loses nothing`() {
        let one = Points(hundredths: 1)
        let curve = Curve(
            over: .year, tiers: [.init(upTo: 10, each: 3, points: one), .init(upTo: 30, each: 4, points: one)])
        // 10/3 and 3/4 are 49/12.
        #expect(curve.total(for: 13) == Points(hundredths: 4))
        #expect(curve.total(for: 10) == Points(hundredths: 3))
        #expect(curve.total(for: 12) == Points(hundredths: 3))
    }

    @Test func `more hours are never worth less, and each further one never more`() {
        var last = Points.zero
        var step = Points(100)
        for hour in 1...600 {
            let total = hours.total(for: hour * 100)
            #expect(total >= last)
            // Rounding may shift a hundredth from one hour to the next.
            #expect(total - last <= step + Points(hundredths: 1))
            (step, last) = (total - last, total)
        }
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `however a year's hours are cut, they add up to the same`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var before = 0
        var sum = Points.zero
        while before < 60_000 {
            let served = Int.random(in: 1...2_400, using: &random)
            let points = hours.points(adding: served, to: before)
            #expect(points >= .zero)
            sum += points
            before += served
        }
        #expect(sum == hours.total(for: before))
    }

    @Test func `a grain pays in whole steps only`() throws {
        let item = try #require(try Sample.standardRules().versions.first?.items["patrol-hour"])
        let patrol = try #require(item.worth.curve)
        let totals = [0, 59, 60, 119, 120, 239, 240, 480].map { patrol.total(for: $0).hundredths }
        #expect(totals == [0, 0, 2, 2, 4, 6, 8, 8])
    }

    /// 1 point per 100 yuan up to 1,000; per 400 up to 5,000; per 500 up to 10,000; per 1,000 above; each tier at most 10.
    @Test(arguments: [(100, 100), (1_000, 1_000), (5_000, 2_000), (10_000, 3_000), (20_000, 4_000), (90_000, 4_000)])
    func `gifts are worth what the table says`(yuan: Int, points: Int) throws {
        let item = try #require(try Sample.standardRules().versions.first?.items["gift"])
        #expect(item.worth.points(for: yuan, before: 0) == Points(hundredths: points))
    }
}
