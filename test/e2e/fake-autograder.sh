# What Gradescope does with an archive, over an /autograder of our own: for sh -eu in a mount namespace of its own.
# ARCHIVE, SUBMISSION and RESULTS are folders and a file of the test; AREA is an empty folder.
mount -t tmpfs area "$AREA"
mkdir "$AREA/upper" "$AREA/work" "$AREA/root"
mount -t overlay fake -o "lowerdir=/,upperdir=$AREA/upper,workdir=$AREA/work" "$AREA/root"
for folder in proc dev sys tmp; do mount --rbind "/$folder" "$AREA/root/$folder"; done
mkdir -p "$AREA/root/autograder/source" "$AREA/root/autograder/results"
cp -R "$SUBMISSION" "$AREA/root/autograder/submission"
python3 -m zipfile -e "$ARCHIVE" "$AREA/root/autograder/source"
chroot "$AREA/root" sh /autograder/source/setup.sh
cp "$AREA/root/autograder/source/run_autograder" "$AREA/root/autograder/run_autograder"
chmod +x "$AREA/root/autograder/run_autograder"
chroot "$AREA/root" /autograder/run_autograder
cp "$AREA/root/autograder/results/results.json" "$RESULTS"
