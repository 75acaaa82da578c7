local sliding_window = require "cirrus.core.sliding_window"


describe("a sliding window", function()
  it("counts the window before as far as it reaches into it", function()
    assert.are.equal(10, sliding_window.estimate(10, 0, 0, 60))
    assert.are.equal(7, sliding_window.estimate(10, 2, 30, 60))
    assert.are.equal(2, sliding_window.estimate(10, 2, 60, 60))
  end)

  it("numbers windows by the clock", function()
    local number, elapsed = sliding_window.window(125, 60)
    assert.are.equal(2, number)
    assert.are.equal(5, elapsed)
  end)

  -- Asks as fast as `every` seconds; returns the times that were let in.
  local function simulate(limit, seconds, every, duration, on_wait)
    local counts, admitted, time = {}, {}, 1000.3
    local function count(number) return counts[number] or 0 end
    while time < 1000.3 + duration do
      local number, elapsed = sliding_window.window(time, seconds)
      local previous, current = count(number - 1), count(number)
      if sliding_window.estimate(previous, current + 1, elapsed, seconds) <=
          limit then
        counts[number] = current + 1
        admitted[#admitted + 1] = time
      elseif on_wait then
        on_wait(time, sliding_window.wait(previous, current, elapsed, seconds,
          limit), count)
      end
      time = time + every
    end
    return admitted
  end

  it("lets in as many as it says, and not twice as many at a border",
    function()
      local admitted = simulate(50, 10, 0.01, 100)
      assert.is_true(math.abs(#admitted / 100 - 5) < 1, #admitted)
      for i = 1, #admitted do
        local within = 0
        for j = i, #admitted do
          within = within + (admitted[j] < admitted[i] + 10 and 1 or 0)
        end
        assert.is_true(within <= 75, within)
      end
    end)

  it("has room after the wait that it asks for, and none long before",
    function()
      local looked = 0
      simulate(7, 10, 0.13, 60, function(time, wait, count)
        looked = looked + 1
        assert.is_true(wait >= 1 and wait <= 20)
        local function fits(at)
          local number, elapsed = sliding_window.window(at, 10)
          return sliding_window.estimate(count(number - 1),
            count(number) + 1, elapsed, 10) <= 7.000001
        end
        assert.is_true(fits(time + wait))
        assert.is_false(fits(time + wait - 1.01))
      end)
      assert.is_true(looked > 100)
    end)
end)
