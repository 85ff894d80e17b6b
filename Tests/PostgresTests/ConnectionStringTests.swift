import Postgres
import Testing

@Suite
struct ConnectionStringTests {
    @Test func `a URI and key words say the same`() throws {
        let uri = try ConnectionString("postgresql://city:s3%40cret@db.example:5433/muster?sslmode=verify-full")
        let words = try ConnectionString(
            "host=db.example port=5433 dbname=muster user=city password=s3@cret sslmode=verify-full")
        #expect(uri == words)
        #expect(uri["password"] == "s3@cret" && uri["sslrootcert"] == nil)
    }

    @Test(arguments: ["", "a b", "it's", #"back\slash"#, #"\'"#, "ü"])
    func `a value comes back whatever is in it`(value: String) throws {
        var string = try ConnectionString("host=db.example")
        string["password"] = value
        #expect(try ConnectionString(string.conninfo)["password"] ?? "" == value)
    }

    @Test func `what goes into a log has no password`() throws {
        let uri = "postgresql://city:s3cret@db.example/muster"
        let texts = [
            "\(try ConnectionString(uri))", "\(PostgresConnection.Options(conninfo: uri))",
            "\(PostgresPool.Options(conninfo: uri))", String(reflecting: PostgresPool.Options(conninfo: uri)),
        ]
        #expect(texts.allSatisfy { $0.contains("db.example") && !$0.contains("s3cret") })
    }

    @Test(arguments: [
        "host=a 's3cret", "s3cret", "postgresql://a:s3cret%zz@b/c", "postgresql://[s3cret", "password = s3cret x",
    ])
    func `what cannot be read is an error that does not quote it`(text: String) {
        let error = #expect(throws: PostgresError.self) { try ConnectionString(text) }
        #expect(error?.reason == .misuse && error?.isRetryable == false)
        #expect(error?.description.contains("s3cret") == false)
    }
}
