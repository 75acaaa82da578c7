local memory_object = require "cirrus.core.memory_object"


local function response(fields, status, body)
  local values = {}
  for _, field in ipairs(fields) do
    local key = field[1]:lower()
    values[key] = values[key] or field[2]
  end
  return { status = status or 200, fields = fields, values = values,
    body = body or "text" }
end


local TIMES = { "X-Cirrus-Object", "1000 1060 -" }
local TYPE = { "Content-Type", "text/plain" }


local function field_of(object, name)
  for i, known in ipairs(object.names) do
    if known == name then
      return object.values[i]
    end
  end
end


describe("an object in memory", function()
  it("has the fields of the stored one, but for those that are made anew",
    function()
      local object = memory_object.make(response({ TIMES, TYPE,
        { "Date", "d" }, { "Link", "</a>" }, { "link", "</b>" },
        { "Connection", "close" }, { "Transfer-Encoding", "chunked" },
        { "Cache-Control", "max-age=60, stale-while-revalidate=0" },
        { "X-Cirrus-Cache-Control", "max-age=5" }, { "X-Accel-Expires", "1" },
      }))
      assert.same({ "Content-Type", "Date", "Link", "Content-Length",
        "Accept-Ranges" }, object.names)
      assert.same({ "</a>", "</b>" }, field_of(object, "Link"))
      assert.equal("4", field_of(object, "Content-Length"))
      assert.equal("max-age=5", object.cache_control)
    end)

  it("tells its age and what is left", function()
    local object = memory_object.make(response({ TIMES, TYPE,
      { "Cache-Status", "origin; hit" } }))
    memory_object.describe(object, "edge-1", 1010)
    assert.equal("10", object.age)
    assert.equal("origin; hit, edge-1; hit; ttl=50", object.cache_status)
  end)

  it("is used for a moment after its file was looked at, until it ends",
    function()
      local object = memory_object.make(response({ TIMES, TYPE }))
      memory_object.confirm(object, 1010, 7)
      assert.equal(7, object.stored)
      assert.equal(1012, object.good_until)
      memory_object.renew(object, 1030, 8)
      assert.equal(8, object.stored)
      assert.equal(1032, object.good_until)
      memory_object.renew(object, 1059, 8)
      assert.equal(1060, object.good_until)
    end)

  it("is asked of the cache again after a minute", function()
    local object = memory_object.make(
      response({ { "X-Cirrus-Object", "1000 9000 -" }, TYPE }))
    memory_object.confirm(object, 1010, 0)
    memory_object.renew(object, 1069, 0)
    assert.equal(1070, object.good_until)
  end)

  it("is used for a second at a time when it was prolonged", function()
    local object = memory_object.make(response({ TIMES, TYPE }))
    memory_object.confirm(object, 1100, 0)
    assert.equal(1101, object.good_until)
  end)

  for what, other in pairs({
    ["without times"] = response({ TYPE }),
    ["without a type"] = response({ TIMES }),
    ["that is a part"] = response({ TIMES, TYPE }, 206),
    ["that varies"] = response({ TIMES, TYPE, { "Vary", "Cookie" } }),
  }) do
    it("is none " .. what, function()
      assert.is_nil(memory_object.make(other))
    end)
  end

  it("may vary by the encoding", function()
    assert.is_true(memory_object.make(
      response({ TIMES, TYPE, { "Vary", "accept-encoding" } })).varies)
  end)
end)
