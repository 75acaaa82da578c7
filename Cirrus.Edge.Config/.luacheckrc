max_line_length = 80
std = "ngx_lua"
files["lua/cirrus/core"] = { std = "luajit" }
files["spec"] = { std = "luajit+busted" }
