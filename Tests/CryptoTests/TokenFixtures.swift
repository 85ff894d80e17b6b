/// Keys and tokens of another maker: written once by Python's joserfc 1.6.5; and an RFC's own example.
enum TokenFixtures {
    /// An RSA key `rsa-1` and a P-256 key `ec-1`.
    static let jwks = #"""
        {"keys":[{"n":"4nPOgylaBRIAgGBz3rzNy-ngWAMRIP4O7BEF0eDJ6eB0SLmXHV96CS6c4sKOEVDDostc1F8iTOCSvo_KTdXSm25Y9-p\#
        py9fUdV1wGuFwJCaJu8M9MGQWRUlQQLdg9xJBBF7CNbqPRHYzoFpm0slzwg5yrPxMscGDhfysju0Z-mXBjOOMSyaMFvJEamJog03s5DPa5\#
        bpxdOqsM5sizga19nuCZJnkvybWU3webQqtnAkVK8ErMnmH8V-sBzLXzsm7Z15H1MqLC_cQ3KWRRjd8vaKLQSBzGXvZY2TN3lpqJDtfP9n\#
        YgjsjsdHccCVsAggE7iQqlxJTXObFGJQOrHS0JQ","e":"AQAB","kid":"rsa-1","use":"sig","alg":"RS256","kty":"RSA"},{\#
        "crv":"P-256","x":"7mUfz9D0YhARBza_hN8pBDYh0asTyOsOCr5k34-IXiA","y":"Gy7KY-3lhRZ8ti4WvoEpsJpbI9smUr6ERqYGT\#
        fHN0oM","kid":"ec-1","use":"sig","kty":"EC"}]}
        """#

    /// RFC 7638 thumbprint of `ec-1`.
    static let thumbprint = "8trNkwPV1jWYYMG0RLuEp2IuLusH7SXkRR5Asf8Tz8g"

    /// typ at+jwt, audiences dispatch and credit, with nbf.
    static let rs256 = #"""
        eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJSUzI1NiIsImtpZCI6InJzYS0xIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuY2l0eSIsIn\#
        N1YiI6InBlcnNvbi03IiwiYXVkIjpbImRpc3BhdGNoIiwiY3JlZGl0Il0sImV4cCI6MTgwMDAwMDMwMCwiaWF0IjoxODAwMDAwMDAwLCJu\#
        YmYiOjE4MDAwMDAwMDAsImp0aSI6InQtMSIsImNsaWVudF9pZCI6ImFwcCIsInJvbGVzIjpbInBhdHJvbCIsImxlYWQiXSwibmFtZSI6Iu\#
        eOi-iKsyJ9.dyDcZLbLx11CucQHLQ7XCxHzOTqBqaaFyhDZMxka-eHy8_8pkUEKLoBFQrq97qM8v0Cw3oW-VIiMyxEZQx1zManHjMO-Cm5\#
        VXQHDCB_2Qg4GTmqBVlto-cbOTCmL6OrZU3TKGPCXxfuTMY73KOVRznDWmh2y4bzcw1Rh107uQjF8d4Tnm_bpLag--3msaebGSs6n95lki\#
        NQzC52q4qd_hkuJ18mknQcJHbe4AlxfRaAy0m4UMMHHHjfOxUovi7JJd43oJ4Dmswi_t2gTj73vHIJh4kKPYFtpxrldQVYSwFnLoY8GYC0\#
        TOoj7pCWn-nfuKWnK8eKmVI-3DDGZ137ZnA
        """#

    /// typ application/AT+JWT, audience dispatch as a text, exp with half a second, no nbf.
    static let es256 = #"""
        eyJ0eXAiOiJhcHBsaWNhdGlvbi9BVCtKV1QiLCJhbGciOiJFUzI1NiIsImtpZCI6ImVjLTEifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1\#
        wbGUuY2l0eSIsInN1YiI6InBlcnNvbi03IiwiYXVkIjoiZGlzcGF0Y2giLCJleHAiOjE4MDAwMDAzMDAuNSwiaWF0IjoxODAwMDAwMDAwL\#
        CJqdGkiOiJ0LTEiLCJjbGllbnRfaWQiOiJhcHAiLCJyb2xlcyI6WyJwYXRyb2wiLCJsZWFkIl0sIm5hbWUiOiLnjovoirMifQ.Z3o9tGYa\#
        DnY8WQTruj1Jd9n-hdnhbl_OXSAzD7gGMQSygmDWPY2cEmajfvTVhCjfyUWrFsplIuGt6leLkkd7Rg
        """#

    /// The key of RFC 7515 appendix A.3.
    static let rfc7515JWKS = #"""
        {"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_t\#
        ue659LNpXW6pCyStikYjKIWI5a0"}]}
        """#

    /// The token of RFC 7515 appendix A.3.
    static let rfc7515 = #"""
        eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290I\#
        jp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q
        """#
}
