-- A citizen's report of 290 bytes, for wrk.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"id":"7d3f2c1a-5b6e-4f80-9a1b-2c3d4e5f6a7b","kind":"road","text":"A drain cover is missing at the corner of '
    .. 'the school, please fence it off before the children go home","grid":371082001003,"latitude":37.165327,'
    .. '"longitude":122.486651,"photos":["https://x.cn/1.jpg"],"at":"2026-11-24T08:30:00Z"}'
