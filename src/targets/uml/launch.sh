# Boots the throw-away kernel. Standard input and output are the stream; what the kernel says goes to standard error.
# It runs in a mount and a pid namespace of its own, so its files are in a tmpfs that ends with it, and so do its
# processes. Arguments: PLACE (a folder to mount the tmpfs on), SIZE of the tmpfs, OWNER (the user that the kernel runs
# as, a number, or empty to stay who this is), ENGINE (a file), NODE (a file), ESBUILD (a file, may be empty), MODULES (folder of kernel
# modules), INIT and SETTINGS (texts), then the kernel and its arguments; HERE in them stands for the folder.
set -e
place=$1 size=$2 owner=$3 engine=$4 node=$5 esbuild=$6 modules=$7 init=$8 settings=$9
shift 9
mount -n -t tmpfs -o "mode=755,size=$size" drydock-uml "$place"
cd "$place"
mkdir root own brought lib
ln -s "$modules" lib/modules
cp "$engine" engine.cjs
printf %s "$init" > init
printf %s "$settings" > settings
chmod 755 init
for program in node esbuild; do
  eval "file=\$$program"
  [ -n "$file" ] || continue
  : > "brought/$program"
  mount -n --bind "$file" "brought/$program"
done
[ -z "$owner" ] || chown "$owner" own
export TMPDIR="$place/own" HOME="$place/own"
user=
[ -z "$owner" ] || user="--reuid=$owner --regid=$owner --clear-groups"
exec 3<&0 4>&1 0</dev/null 1>&2
setpriv $user --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@"
exit $?
