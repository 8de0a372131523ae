#: needs i386jit
# LuaJIT compiles what runs often: loops, calls, tables, strings, callbacks of its FFI; side exits, and traces thrown away.
cat >work.lua <<'END'
local util = require("jit.util")
assert(jit.status(), "the compiler is off")

local function sieve(n)
  local composite, count = {}, 0
  for i = 2, n do
    if not composite[i] then
      count = count + 1
      for k = i * i, n, i do composite[k] = true end
    end
  end
  return count
end
print("primes", sieve(300000))

local function mandelbrot(n)
  local inside = 0
  for y = 0, n - 1 do
    for x = 0, n - 1 do
      local cr, ci, zr, zi, i = 2 * x / n - 1.5, 2 * y / n - 1, 0, 0, 0
      while i < 50 and zr * zr + zi * zi < 4 do zr, zi, i = zr * zr - zi * zi + cr, 2 * zr * zi + ci, i + 1 end
      if i == 50 then inside = inside + 1 end
    end
  end
  return inside
end
print("mandelbrot", mandelbrot(120))

local function fib(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end
print("fib", fib(24))

local ffi = require("ffi")
ffi.cdef [[
void qsort(void *base, size_t count, size_t size, int (*compare)(const int *, const int *));
size_t strlen(const char *text);
]]
local numbers, seed = ffi.new("int[2000]"), 1
for i = 0, 1999 do seed = (seed * 16807) % 2147483647; numbers[i] = seed % 10007 end
local compare = ffi.cast("int (*)(const int *, const int *)", function(a, b) return a[0] - b[0] end)
ffi.C.qsort(numbers, 2000, 4, compare)
compare:free()
local sorted = true
for i = 1, 1999 do sorted = sorted and numbers[i - 1] <= numbers[i] end
print("sorted by a callback", sorted, numbers[0], numbers[1999])

local parts = {}
for i = 1, 2000 do parts[#parts + 1] = ("%d:%s"):format(i, ("x"):rep(i % 7)) end
local text = table.concat(parts, ",")
print("text", #text, tonumber(ffi.C.strlen(text)), select(2, text:gsub("x+", "y")))

-- A trace's guesses fail: integers become strings, then numbers with fractions.
local function add(values) local sum = 0; for i = 1, #values do sum = sum + values[i] end return sum end
local mixed = {}
for i = 1, 500 do mixed[i] = i % 3 == 0 and tostring(i) or i % 5 == 0 and i + 0.5 or i end
for _ = 1, 50 do add(mixed) end
print("mixed", add(mixed))

-- The code area is filled and emptied again and again.
local total = 0
for round = 1, 60 do
  local body = { "local n = 0" }
  for i = 1, 20 do body[#body + 1] = ("for i = 1, 100 do n = n + i * %d %% %d end"):format(i + round, i + 3) end
  body[#body + 1] = "return n"
  total = total + loadstring(table.concat(body, "\n"))()
  if round % 20 == 0 then jit.flush() end
end
print("many traces", total)

local co = coroutine.wrap(function() for i = 1, 1000 do coroutine.yield(i) end return 0 end)
local yielded = 0
for i = 1, 1000 do yielded = yielded + co() end
print("coroutines", yielded)

local function thrower(i) if i % 100 == 0 then error({ i }) end return i end
local caught = 0
for i = 1, 2000 do if not pcall(thrower, i) then caught = caught + 1 end end
print("caught", caught)
for i = 1, 200 do mandelbrot(2) end
print("compiled", util.traceinfo(1) ~= nil)
END
luajit work.lua
luajit -Ojit.off -e 'print(1)' 2>/dev/null || luajit -joff -e 'print(select(2, ("aXbXc"):gsub("X", "")))'
luajit -Ohotloop=2 -Omaxmcode=64 -Osizemcode=32 work.lua
