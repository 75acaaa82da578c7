# Outlives the host that started it just long enough to end its processes. Reads lines "add GROUP" and "del GROUP"; the end of
# the input means that the host is gone, however it went.
trap '' HUP INT TERM
groups=' '
while read -r what group; do
  case $what in
    add) groups="$groups$group " ;;
    del) groups="${groups%% $group *} ${groups#* $group }" ;;
  esac
done
[ "$groups" = ' ' ] && exit 0
for group in $groups; do kill -s TERM -- "-$group"; done 2>/dev/null
sleep 2
for group in $groups; do kill -s KILL -- "-$group"; done 2>/dev/null
